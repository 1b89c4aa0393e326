### What happens to a flight: diverted, back, split, merged.

changes-title = Changes of { $flight }
changes-course = 1. Where the flight is
changes-on-course = It goes where it should.
changes-diverted = Diverted to { $airport }
    .at = Diverted to { $airport }, expected { $time }
changes-returned = { $after ->
        [air] Back from the air
       *[push-back] Back after push-back
    }, { $place ->
        [ramp] on the ramp
       *[gate] at the gate
    }
changes-continued = Goes on
changes-onward-open = Nobody knows yet how guests go on.
changes-onward-coach = Guests go on by coach.
changes-onward-continues = The aircraft goes on with its guests.
changes-said = { $time }, staff { $staff } at { $desk }: { $reason }
changes-differ = Desks say different things: see the review list.
changes-said-before = What was said
changes-no-longer = no longer so
changes-continue = It goes on
changes-back-head = It came back
changes-back = It is back
changes-place = Where it stands
changes-place-gate = At the gate
changes-place-ramp = On the ramp
changes-after = After
changes-after-push-back = Push-back
changes-after-air = Take-off
changes-divert-head = It lands elsewhere
changes-divert = It is diverted
changes-airport = Airport
changes-expected = Expected there
changes-onward = How guests go on
changes-choose-open = Not known yet
changes-choose-coach = By coach
changes-choose-continues = The aircraft goes on
changes-leave = 2. Who leaves the aircraft
changes-aboard = { $count ->
        [one] { $count } guest on board
       *[other] { $count } guests on board
    }
changes-nobody-aboard = Nobody is on board.
changes-scan = Scan who leaves
changes-scan-hint = A pass, or a sequence number. Boarding the guest again counts again.
changes-scanned = Leaves the aircraft
changes-leave-marked = Those marked leave
changes-leave-mark = { $name } leaves the aircraft
changes-connecting = Guests who go on with another flight
changes-no-connecting = Nobody goes on with another flight.
changes-move = 5. Guests to another flight
changes-move-to = To flight
changes-move-hint = A number such as CA1503. A flight that is not known here is made where a flight is split. Mark who moves. For a merge mark nobody: all move.
changes-move-day = Of the day
changes-move-how = Why
changes-how-split = Split: some go with a second flight
changes-how-merge = Merge: all go with another flight
changes-how-rebook = Single guests fly otherwise
changes-mark = Move { $name }
changes-look-at = Look what changes
changes-look = { $count ->
        [one] { $count } guest goes to { $flight }.
       *[other] { $count } guests go to { $flight }.
    }
changes-look-stay = Off the flight, and not moved: { $names }.
changes-do-move = Move them
changes-col-seat-there = Seat there
changes-col-bags-off = Bags to come off
changes-keeps = { $seat }, kept
changes-not-kept = not free
    .proposed = not free; { $seat } is
changes-no-seat = none yet
changes-work = 3. Work that is left
changes-no-work = Nothing is left to do.
changes-need-seat = Seat { $seat } cannot be kept
changes-need-tags = { $count ->
        [one] { $count } bag needs another tag
       *[other] { $count } bags need other tags
    }
changes-need-word = Tell the guest, and check the guest in
changes-came-from = from { $flight }
changes-seat-for = Seat for { $name }
changes-take-seats = Give these seats
changes-left-behind = Still on this flight, which was merged
changes-bags-off = Bags of who was moved, to come off
changes-traces = 4. Who was moved from here
changes-no-trace = Nobody was moved from here.
changes-trace-to = { $flight }
    .gate = { $flight }, gate { $gate }
changes-trace-undone = undone
changes-line = { $count ->
        [one] { $count } guest
       *[other] { $count } guests
    }: { $from } to { $to }
changes-not-a-flight = "{ $typed }" is not a flight. Give a number such as CA1503.
changes-not-a-day = "{ $typed }" is not a day. Give one such as 2026-11-22.
changes-not-an-airport = "{ $typed }" is not an airport. Give three letters such as TSN.
changes-not-a-time = "{ $typed }" is not a time. Give one such as 14:20.
changes-bar = Changed: { $words }
changes-because = { $words }: { $reason }
changes-col-onward = Goes on with
flag-moved = Moved here from { $flight }

beside-changes = Diverted, back, split, merged
beside-moved = { $count ->
        [one] { $count } moved guest needs something
       *[other] { $count } moved guests need something
    }

coming-diverted = { $flight } is diverted to { $airport }.
    .at = { $flight } is diverted to { $airport }, expected { $time }.
coming-returned = { $flight } came back to { $station }.

reason-weather = Weather
reason-technical = Technical reason
reason-medical = Medical case
reason-goodwill = Goodwill
reason-mobility-aid = Mobility or medical aid
reason-status-card = Status card
reason-operations = Asked by operations
reason-too-small = Aircraft too small
reason-cancelled = Flight does not operate

command-does-divert = Says where a flight is diverted to
command-does-continues = Says that a flight goes on
command-does-split = Moves guests to a second flight
command-does-changes = Shows what happens to a flight
command-no-airport = "{ $typed }" is not an airport.
