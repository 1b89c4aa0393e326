### What is done at a gate beside boarding: one guest, minors, security, what stands beside the counts.

# A sentence behind the desks that are out of reach.
gate-alone-since = The last contact was at { $time }.
gate-silent = Scanner not heard: no pass was read at this desk since { $time }.
    .never = Scanner not heard: what was boarded here was typed.
gate-silent-test = Test it
gate-bags = Bags
gate-beside = Beside the counts
gate-problems = { $count } to settle
gate-word-selected = STOP: CHECK
gate-sign-head = Signature for the minor
gate-check-head = Check by security
no-list-import = Import the list
no-list-ask = See the neighbour desks
no-list-type = Type guests
no-list-first = Guests can be typed in once Apron has taken the flight over.

beside-aircraft = Aircraft: { $seats } seats
beside-aircraft-change = Another aircraft
beside-passes = { $count ->
        [one] { $count } new pass to print
       *[other] { $count } new passes to print
    }
beside-reseat = { $count ->
        [one] { $count } guest needs another seat
       *[other] { $count } guests need another seat
    }
beside-minors = Minors aboard: { $aboard } of { $count }
beside-help = Assistance: { $coming } on the way, { $waiting } waiting
beside-selected = Selected for a check: { $count }, open { $open }
beside-bags = Gate bags: { $count }{ $heavy ->
        [0] { "" }
       *[other] , heavy { $heavy }
    }
beside-manifest = Manifest
beside-list = List { $time }

settle-selected = Security is to check { $name } before boarding.
settle-documents = The documents of { $name } were refused: look again, or offload.
settle-off-list = A change message took { $name } off the list after check-in: offload, or ask the airline.
settle-no-seat = { $name } is checked in and has no seat.
settle-new-pass = { $name } has a new seat and the old pass.
settle-not-signed = { $name } is a minor aboard, and nobody of the crew has signed.
settle-not-handed = Nobody is noted who handed over { $name }, a minor.
settle-nobody-helps = Nobody is on the way to help { $name }.

panel-problem = { $number } of { $of }: { $words }
panel-facts = sequence { $sequence }, { $standing }
panel-next = Next
panel-counter = At the counter
panel-close = Close
panel-seat = Give the seat
panel-bag = Take the bag
panel-bag-head = Bag at the gate
panel-new-pass = New seat { $seat }, print
panel-print-pass = Print the pass
panel-print-tag = Print the tag
panel-selected = Selected: goes on board only after a check.
panel-checked = Checked, and free to board.
bag-heavy = heavy
gate-bag-mark = at the gate

security-title = Security
security-who = Checked by
security-checked = Note the check
security-board = Checked: board
security-select = Selected for a check
flag-sel = Security is to check this guest before boarding
flag-bags = Somebody carries the bags

minors-title = Minors on { $flight }
minors-aboard = Aboard: { $aboard } of { $count }
minors-unsigned = { $count ->
        [one] { $count } signature missing
       *[other] { $count } signatures missing
    }
minors-none = No minor travels alone on this flight.
minor-name = Name
minor-hand = Handed the child over
minor-sign = Signed for the child
minor-signs = Who of the crew signs
minor-handed-by = Handed over by
minor-signed-by = Taken over by (crew)
minor-nobody-yet = nobody yet
minor-handed = Handed over by { $name }.
minor-not-handed = Nobody is noted who handed the child over.
minor-signed = { $name } of the crew has signed.
minor-not-signed = Nobody of the crew has signed yet.

closing-gate-bags = Taken at the gate

command-which-help = The guest { $typed } has no open help, or more than one. Name it, such as pickup 42 WCHR.
command-does-guest = Show a guest with everything that can be done
command-does-reseating = Show who needs another seat
command-does-reseat-all = Take every seat that is proposed
command-does-reseat = Seat a guest anew
command-does-gate-bag = Take a bag at the gate
command-does-handed = Note who handed a minor over
command-does-signed = Note who of the crew signed for a minor
command-does-assign = Send somebody to help
command-does-pick-up = The guest is picked up
command-does-hand-over = The guest is handed over
command-does-no-help = The help is not needed
command-does-checked = Note who checked a selected guest
command-does-minors = Show the minors of a flight
command-does-assistance = Show who is to be helped

permission-note-security = Note whom security is to check, and that it did
