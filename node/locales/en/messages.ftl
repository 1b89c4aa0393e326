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
       *[other] door not known
    }
messages-line = Line { $line }
messages-came = { $time }, staff { $staff }, { $door }
messages-how-applied = Applied
messages-how-discarded = Discarded
