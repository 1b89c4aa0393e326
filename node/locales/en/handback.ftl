### Giving a flight back to the host.

handback-title = Handing back { $flight }
handback-link = Hand back
handback-figures = Figures of the three sides
handback-base = Host before
handback-ours = Apron
handback-theirs = Host now
handback-bags = Bags
handback-open = open
handback-settled = settled
handback-agrees = host agrees
handback-lists = Host's last list before the take-over: { $base }. Host's list now: { $now }.
handback-no-list = No list of the host came since the take-over; the last one before was of { $base }. Read the host's list to compare.
handback-list-coming = A list of the host was read at another desk, and a part of it is still on its way here.
handback-unexplained = The counts differ by more than the differences below. Rows could not be read, or a list is not whole: count by hand.
handback-do = Hand the flight back
handback-is-host = The host works this flight. Nothing is to be handed back.
handback-begin-words = When the host answers: begin, read its list, settle each difference, then hand back.
handback-begin = Begin the hand-back
handback-supervisor = A supervisor or the duty manager begins and finishes the hand-back.
handback-finish = Hand back to the host
handback-finish-anyway = Hand back with open differences
handback-call-off = Call the hand-back off
handback-read = Read the host's check-in list
handback-read-at = Made at (empty: now)
handback-read-text = The list as CSV
handback-read-go = Read the list
handback-differences = Differences, in the order to key them in
handback-none = Nothing differs from the host.
handback-right = Who is right
handback-right-apron = Apron is right.
handback-right-host = The host is right.
handback-right-nobody = Somebody has to look.
handback-is-open = open
handback-sent = Message sent
handback-keyed-in = Keyed in
handback-accepted = Host accepted
handback-no-action = No action, with the reason
handback-settled-by = { $how } { $time }, staff { $staff } at { $desk }
    .reason = { $how } { $time }, staff { $staff } at { $desk }: { $reason }
handback-message-sent = Sent { $time }: { $kind }, message { $number }
handback-message-older = { $kind }, message { $number }, sent { $time }. The host's list is newer and does not show it: read a newer list, or settle it.
handback-message-waiting = { $kind }, message { $number }, says so and waits to go out
handback-message-unknown = { $kind }, message { $number }, was sent; the answer is unknown. Check it in the outbox.
handback-message-refused = { $kind }, message { $number }, was refused. Look at it in the outbox.
handback-sequence = sequence { $sequence }
handback-kind-guest = Guest on one side only
handback-kind-booking = Booking
handback-kind-presence = Check-in and boarding
handback-kind-documents = Documents
handback-kind-bag = Bag
handback-kind-pieces = Number of bags
handback-ended = Ended by themselves
handback-agrees-so = Host agrees
handback-unread = Rows of the host's list that could not be read
handback-line = Line
handback-row-text = The row as it came
handback-row-fault = { $why ->
        [fields] another number of fields than the head
        [quote] a quotation mark stays open
        [name] no name
        [locator] no booking reference
        [seat] no seat
        [sequence] no sequence number
        [status] a status that is not in the carrier's map
        [tag] no bag tag
        [pieces] no number of bags
       *[other] more than a row may hold
    }
handback-steps = Who worked the flight
handback-step-taken = Taken over
handback-step-begun = Hand-back begun
handback-step-called-off = Hand-back called off
handback-step-done = Handed back
handback-step-done-open = Handed back with { $open } open
handback-holds = holds
handback-over = over
handback-sign = Keyed in and compared by: ______________________ Staff number: __________ Time: ________ Signature: ______________________
