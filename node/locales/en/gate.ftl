### Boarding.

gate-title = Gate { $gate }, { $flight }
gate-scan-label = Scan, or type sequence, seat, name
gate-board = Board
gate-close = Close flight
gate-answer = Answer to the last scan
gate-which = Which guest?
gate-un-board = Un-board
gate-bags-to-unload = Bags to unload
gate-last-scans = Last scans at this desk
gate-undo = Undo
gate-no-scan = No scan yet.
gate-not-boarded = Not boarded
gate-no-list = No passenger list for { $flight } yet.
gate-guests-not-boarded = Guests not boarded
gate-board-guest = Board { $name }
# Begins with the word on the button, gate-off, which a voice user says.
gate-offload-guest = Off the flight: { $name }

# On a small button: take the guest off the flight.
gate-off = Off
gate-newest-first = newest first
gate-nobody = Nobody is aboard yet.
gate-guests-boarded = Guests boarded
gate-un-board-guest = Un-board { $name }
gate-word-closed = Flight closed
gate-word-host = Worked in the host
gate-word-ready = Ready to scan

# The answer to a scan, legible at arm's length.
gate-word-board = BOARD
gate-word-board-seat = BOARD { $seat }
gate-word-go-on = GO ON
gate-word-stop = STOP
gate-word-which = WHICH ONE?
gate-anyway = Board anyway
gate-word-other-gate = OTHER GATE
gate-standby = Waiting for a seat
gate-clear = Give the seat
gate-clear-guest = Give { $name } a seat
gate-clear-not = No seat was given
gate-passed-over = Passed over: { $reason }.

# Before a reason: why somebody else is given a seat first.
gate-why-first = Why before the others
gate-who = { $name }
    .sequence = { $name }, sequence { $sequence }
    .infant = { $name }, with an infant
    .infant-named = { $name }, with the infant { $infant }
    .sequence-infant = { $name }, sequence { $sequence }, with an infant
    .sequence-infant-named = { $name }, sequence { $sequence }, with the infant { $infant }
gate-waiting-listed = not checked in
gate-waiting-offloaded = off the flight
gate-counts-wrong = These do not add up: { $checked } checked in, { $boarded } boarded, { $missing } missing. Count heads, and tell the duty manager.
gate-read-only-host = { $flight } is worked in the host. Nothing is changed here until Apron takes it over.
gate-read-only-closed = { $flight } is closed. Open it again on the closing page if it must still change.
gate-alone = Counts from this gate only: { $desk } is out of reach. What it does is added when it is back.
    .several = Counts from this gate only: { $desks } and { $last } are out of reach. What they do is added when they are back.
gate-un-board-head = Un-board { $name }, seat { $seat }
gate-un-board-words = The guest leaves the aircraft and stays checked in.
gate-take-over = Take over { $flight }
gate-take-over-words = Every desk will see that Apron works { $flight }. Do not work it in the host as well.
gate-offload-head = Offload { $name }
gate-offload-words = The guest is taken off the flight. { $bags ->
        [0] The guest has no bags.
       *[other] { $bags } of the guest's bags must then be unloaded.
    }
