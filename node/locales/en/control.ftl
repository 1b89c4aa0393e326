### Who works a flight, and how old what is known of it is.

control-handing-back = Being handed back
control-not-in-host = Do not work this flight in the host.
control-neither = This flight is being handed back: change nothing here.
handing-back-by = Being handed back by staff { $staff } at { $desk }: { $reason }

source-head = Known as of:

# The airline's passenger list.
source-list = list { $time }

# The host's check-in list.
source-check-in = check-in state { $time }
source-later-unknown = later unknown

# A host that spoke regularly and is late.
host-silent = Host silent since { $time }
host-silent-of = Host of { $carrier } silent since { $time }.
    .at = Host of { $carrier } at { $station } silent since { $time }.

gate-word-handing-back = Being handed back
gate-read-only-handing-back = { $flight } is being handed back to the host. Nothing is changed here until that is done or called off.
reason-host-answers = Host answers again

station-head = Take over the flights of this station
station-words = Mark the flights that are worked here from now on. Nobody works them in the host until they are handed back.
station-flights = Flights worked in the host
station-go = Take over the marked flights
