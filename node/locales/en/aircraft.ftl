### Another aircraft.

aircraft-title = Aircraft of { $flight }
aircraft-cabin = 1. The cabin
aircraft-now = Now: { $map }
aircraft-now-list = Nobody has named the cabin; seats are as the list has them.
aircraft-map = Seats of the aircraft
aircraft-map-hint = For each block of equal rows cabin, rows and letters, then missing seats: C1-2/ACDF Y11-40/ABCHJK -11A
aircraft-look-at = Look what changes
aircraft-look = { $seats } seats. { $moving ->
        [0] Everybody keeps the seat.
        [one] { $moving } guest needs another seat.
       *[other] { $moving } guests need another seat.
    }
aircraft-gone = Seats that would no longer be there: { $seats }.
    .more = Seats that would no longer be there: { $seats } and { $count } more.
aircraft-change = Change the aircraft
aircraft-reseat = 2. Who needs another seat
aircraft-all-seated = Everybody has a seat that this aircraft has.
aircraft-take-all = Take all proposals
aircraft-take-hint = Parties stay together where there is room. Correct a seat before you take it.
aircraft-take = Take
aircraft-take-for = Take the seat for { $name }
aircraft-seat-for = Seat for { $name }
aircraft-col-party = Party
aircraft-col-from = From
aircraft-col-to = To
aircraft-no-seat = No seat is free
aircraft-not-there = not on this aircraft
aircraft-other-cabin = in another cabin
aircraft-passes = 3. New passes
aircraft-no-pass = No new pass is due.
aircraft-no-printer = No printer for passes is set up at this desk: open each pass and print the page.
aircraft-print-all = Print all
aircraft-print-for = Print the pass of { $name }
aircraft-open = Open
aircraft-open-for = Open the pass of { $name }
aircraft-printed = Is printed
aircraft-printed-for = Is printed: { $name }
aircraft-all-printed = All are printed
aircraft-sent = { $count ->
        [one] { $count } pass was sent to { $printer }.
       *[other] { $count } passes were sent to { $printer }.
    }
aircraft-sent-look = Take the old passes back. This desk's page says how each job goes.
aircraft-sent-before = { $count ->
        [one] { $count } pass was sent before.
       *[other] { $count } passes were sent before.
    }

reason-other-aircraft = Another type of aircraft
reason-aircraft-fault = The aircraft is out of order
