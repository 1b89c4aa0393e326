### What two desks did that does not go together.

conflict-shown = Shown for now: { $what }
conflict-proposal = Proposal:
conflict-seat = Seat to give

conflicts-hint = What two desks did while they could not see each other, and what does not go together. Nothing is lost; work goes on meanwhile.
conflicts-none = No conflicts.

conflict-report = Baggage report
conflict-departure = departure { $when }
conflict-when = { $time } by that desk's clock
conflict-with-seat = { $words } Seat { $seat }.
