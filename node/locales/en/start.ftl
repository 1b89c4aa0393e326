### The page of the flights.

start-title = Flights
start-head = Flights of { $station }
start-empty = No passenger list here yet.
start-empty-import = Import a PNL ({ $command }), or wait a moment: lists of the neighbour desks come by themselves when they are reached.
start-progress = { $boarded } of { $of }
start-progress-label = Boarded of checked in
start-board = Board
start-who = Who works here now
start-staff-at = Staff { $staff } at { $desk }.
start-staff-number = Staff number
start-shift = Start the shift
start-staff-hint = Entered once per shift, and unproven until sign-in comes: what you do is recorded under this number.
start-go = Work at this desk
start-gate = Board, close the flight
start-counter = Check in, seats, bags
start-baggage = Reports, custody scans
start-desk = What is saved where
start-hub = All desks, conflicts
start-staff-missing = Enter your staff number first.
start-staff-missing-words = What you do is recorded under it. Nothing was saved yet; do it again afterwards.
start-staff-wrong = That is not a staff number.
start-staff-wrong-words = Give its 2 to 16 letters and digits, such as 4711.
start-sources = { $flight }: { $sources }.
