### Guests who go on from here, and whether they make it.

connections = Connections
connections-start = Who goes on from here, and who may miss the next flight
connections-counts = { $risk } at risk, { $missed } missed, { $unknown } unknown, { $fine } with time to spare or on board
connections-all = Those with time to spare too
connections-every = All flights
connections-show = Show
connections-none = Nobody is at risk.
connections-pair = { $from } from { $station } to { $onward } from { $here }
connections-arrival-unknown = Arrival not known.
connections-leaves = Leaves { $time }.
connections-leaves-unknown = Departure not known.
connections-needs = Needs { $minutes } min.
connections-hold = Held for { $minutes } min, { $flight } leaves with everybody who is at risk. Ask the duty manager.
connections-col-stands = Connection
connections-col-bags = Bags
connections-col-steps = What to do
connections-short = { $minutes } min short
connections-spare = { $minutes } min to spare
connections-bag = { $tag } to { $to }, not seen here
connections-bag-seen = { $tag } to { $to }, seen here
connections-bag-ends = { $tag } ends here
connections-asked = Another flight was asked for.
connections-step-for = { $step }: { $name }

arriving-scheduled = Scheduled here { $time }.
arriving-estimated = Expected here { $time }.
arriving-actual = Here since { $time }.
arriving-cancelled = Does not come.

# How a connection stands.
holds-at-risk = At risk
holds-missed = Missed
holds-not-coming = Does not come
holds-tight = Just enough time
holds-unknown = Not known
holds-ok = Time to spare
holds-made = On board

# What to do.
step-fast-track = Meet at the aircraft and lead the way
step-hold = Ask to hold { $flight } for { $minutes } min
step-carry-bags = { $count ->
        [one] Carry the bag from aircraft to aircraft
       *[other] Carry { $count } bags from aircraft to aircraft
    }
step-hand-in-again = { $count ->
        [one] Take the bag from the belt and hand it in again
       *[other] Take { $count } bags from the belt and hand them in again
    }
step-short-ship = { $count ->
        [one] Send the bag after the guest
       *[other] Send { $count } bags after the guest
    }
step-rebook = Ask for another flight
step-take-off = Take off { $flight }

# When a flight is here that brings guests.
connections-arrival = When a flight is here
connections-inbound = Flight
connections-how = How it is known
connections-at = Time here
connections-note = Note
connections-not-time = "{ $typed }" is no time of day. Write it as 14:05.
how-scheduled = Schedule
how-estimated = Estimate
how-actual = It is here
how-cancelled = It does not come

# At the gate and at the counter.
beside-connections = Connecting guests: { $count } to come, { $risk } at risk, { $missed } missed
connection-note = { $from }: { $arrives } { $stands }.
connection-with-margin = { $holds }, { $margin }
