### Messages that were not applied.

messages = Messages
messages-hint = What came and could not be applied at this node. Nothing is lost: each is kept as it came until it is applied or discarded.
messages-waits = Waits
messages-not-applied = Not applied
messages-by-itself = It is applied by itself.
messages-text = The message; correct it here if that helps
messages-replay = Replay
messages-discard = Discard
messages-look = Look at it
messages-hand-in = Hand in a message
messages-paste = PNL, ADL, BSM, BPM or MVT, as it came
messages-hand = Hand in
messages-waiting = { $waiting } waiting for what must come first.
messages-rejected = { $rejected } not applied: somebody has to look.
messages-both = { $rejected } not applied: somebody has to look. { $waiting } waiting for what must come first.
messages-nothing-saved = Nothing had to be saved.
messages-discarded = Discarded.
messages-applied = Applied.
messages-kept = It is kept and applied by itself.

# Where a message came in.
messages-door = { $door ->
        [command-line] command line
        [api] API
        [screen] screen
        [folder] folder
        [webhook] webhook
       *[other] door not known
    }
messages-line = Line { $line }
messages-came = { $time }, staff { $staff }, { $door }
    .alone = { $time }, { $door }, by itself
messages-how-applied = Applied
messages-how-discarded = Discarded

# Ways in: watched folders and webhooks.
ways-in = Ways in
way-in-last = Last { $time }.
way-in-never = Nothing came since the start.
way-in-counts = { $applied } applied, { $waiting } waiting, { $rejected } not applied.
way-in-not-signed = { $count } turned away: not signed, or not now. Compare the secret and the clock with the sender.
way-in-folder = The folder cannot be read. Make it, and let Apron read and write there.
way-in-file = { $file } cannot be read. Let Apron read it, or take it away.
way-in-not-moved = { $file } was taken and cannot be moved. Let Apron write in the folder.
way-in-not-taken = { $file } cannot be taken now and stays. Look at the disk of this device and at the messages that are not applied.
way-in-rejected-full = Many files that are kept nowhere else lie in rejected. Look through them and take them away.
