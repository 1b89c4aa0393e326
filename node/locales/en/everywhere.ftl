### Words that stand on every page.
### This folder is the pattern for other languages: copy it, translate what stands behind "=", keep the keys and the names in { }.

nav-skip = To the work
nav-sections = Sections
nav-flights = Flights
nav-gate = Gate
nav-counter = Counter
nav-baggage = Baggage
nav-desk = This desk
nav-hub = Hub
nav-conflicts = Conflicts

staff-is = Staff { $staff }
staff-change = Change
staff-enter = Enter your staff number

lost = This screen cannot reach its own desk. What you typed stays; new scans are not taken. It tries again by itself.

foot-label = Where the records of this desk are
foot-desk = This desk:
foot-saved = Saved here { $count }
foot-station = At the station { $have } of { $of } desks
foot-desks = At the desks { $have } of { $of } desks
foot-hub = At the hub: { $hub }
foot-hub-waiting = At the hub: { $hub }, { $count } waiting
foot-review = Needs review { $count }
foot-keys = Keys

keys-label = Keys of this page
keys-head = Keys of this page (Escape closes)

# Read to those who listen, behind "Saved here".
state-here-alone = : this device alone has it

errors-head = This was not saved. Please correct and send it again.

ask-seat = New seat
ask-reason = Reason
ask-note = More, if it helps
ask-leave = Leave it

col-flight = Flight
col-gate = Gate

# Scheduled time of departure, as agents read it.
col-std = STD
col-status = Status
col-boarded = Boarded
col-booked = Booked
col-checked-in = Checked in

# Checked in and not on board.
col-missing = Missing
col-work = Work

not-set = not set

read-only = Read only.

col-infants = Infants

everyone-aboard = Everyone who is checked in is aboard.

col-no = No.

# Sequence number of the check-in, in a narrow column.
col-seq = Seq
col-seat = Seat
col-name = Name
col-locator = Locator

# Where the record is held.
col-where = Where
col-do = Do

# A time of day.
col-at = At
col-sequence = Sequence

settled = Settled

col-what = What
col-how = How
col-by = By
col-when = When
col-times = Times
col-last-by = Last by
col-records = Records
col-state = State
col-desks = Desks
col-late = Came late
col-desk = Desk
col-role = Role
col-last-contact = Last contact
col-version = Version

# How many of our records that node does not have.
col-lacks = Lacks of ours
col-clock = Clock

bag-tag = Bag tag

col-reference = Reference
col-tag = Tag
col-opened = Opened

print = Print

col-bag-tags = Bag tags

none = none

col-guest = Guest
col-weight = Weight
col-cabin = Cabin
col-adults = Adults
col-children = Children

all = All

col-bags-to = Bags to
col-pieces = Pieces

state-here = Saved here

messages-all-applied = Every message that came was applied.

col-message = Message
col-why = Why
col-date = Date

state-station = At the station ({ $have } of { $of } desks)

# The hub has confirmed it at this time.
state-hub = At the hub { $time }
state-aside = Set aside at the hub { $time }
state-review = Needs review
state-here-means = This device alone has it. It goes on by itself when a neighbour or the hub is reached.
state-kept-means = This device alone has it until it is applied or discarded.
state-station-means = Other desks of this station have it too. It goes to the hub by itself.
state-hub-means = The hub has confirmed it.
state-aside-means = It came after its day was closed at the hub, which keeps it for a person to look at. It is no part of that day's records.
state-review-means = Two desks did what does not go together. A person decides.

all-stations = All stations

age-seconds = { $seconds } s ago
age-minutes = { $minutes } min ago
age-at = at { $time }

coming-not-listed = Not on this station's list yet.

taken-over-by = Taken over by staff { $staff } at { $desk }: { $reason }

# Who works the flight: this system, whose name is Apron.
control-apron-since = Apron since { $time }
control-apron = Apron

# The airline's departure control system.
control-host = Host

done-place = { $state }. { $means }

hub-reached = reached { $age }
hub-not-since = not reached since { $time } - keep working
hub-not-yet = not reached yet - keep working

role-edge = Edge desk
role-hub = Hub

route-from-to = { $from } to { $to }
route-from = from { $from }

flight-closed = Closed
flight-boarding = Boarding
flight-check-in = Check-in
flight-listed = Listed
flight-no-list = No list yet

coming-no-longer = No longer connecting from { $flight } { $station }.
coming-from = Connecting from { $flight } { $station }: { $state }, { $bags }.

inbound-listed = not checked in there yet
    .at = not checked in there yet
inbound-checked-in = checked in
    .at = checked in { $time }
inbound-boarded = boarded
    .at = boarded { $time }
inbound-offloaded = taken off that flight
    .at = taken off that flight { $time }
inbound-left-behind = not on board when it closed
    .at = not on board when it closed { $time }

bags-coming = { $count ->
        [0] no bags
        [one] 1 bag
       *[other] { $count } bags
    }
bags-coming-end-here = { $count ->
        [0] no bags
        [one] 1 bag
       *[other] { $count } bags
    } tagged to { $here } only
bags-coming-some-end-here = { $count ->
        [0] no bags
        [one] 1 bag
       *[other] { $count } bags
    }, { $ended } of them tagged to { $here } only

flag-inf = Infant on lap
    .named = Infant on lap: { $name }
flag-umnr = Unaccompanied minor
flag-wchr = Wheelchair to the ramp
flag-wchs = Wheelchair, cannot climb steps
flag-wchc = Wheelchair to the seat
flag-blnd = Blind guest
flag-deaf = Deaf guest
flag-meda = Medical case
flag-stcr = Stretcher
flag-petc = Pet in the cabin
flag-avih = Animal in the hold
flag-exst = Extra seat
flag-chd = Child
flag-maas = Meet and assist
flag-depu = Deportee
flag-standby = Waits for a seat
flag-norec = Booked, and not on the list
flag-goshow = Came without a booking
flag-newpass = New seat: print the pass
flag-pool = Bags pooled with { $name }
flag-offlist = A change message took this guest off the list after check-in: offload, or ask the airline
flag-other = See the booking

size-bytes = { $count } bytes
size-kib = { $count } KiB
size-mib = { $count } MiB

departs-ago = { $minutes } min ago
departs-in = in { $minutes } min
departs-in-hours = in { $hours } h { $minutes }

reason-scanned-by-mistake = Scanned by mistake
reason-left-aircraft = Guest left the aircraft
reason-seat-problem = Seat problem
reason-asked-by-crew = Asked by the crew
reason-host-silent = Host does not answer
reason-line-down = Line to the host is down
reason-asked-by-airline = Asked by the airline
reason-drill = Drill
reason-no-show = Did not come to the gate
reason-denied = Denied by the crew
reason-documents = Documents
reason-own-wish = Guest's own wish
reason-no-seat = No seat
reason-not-here = Was called and did not come
reason-family = So that a party stays together
reason-counter = Added at the counter
reason-review = Decided in the list of conflicts
# A reason that was chosen, and what was added to it.
with-note = { $what }: { $note }

choice-locator = { $words }, { $locator }
choice-seat = { $words }, seat { $seat }
choice-sequence = { $words }, sequence { $sequence }

flight-and-day = { $flight }, { $day }

kilograms = { $kg } kg

standing-standby = waits for a seat
standing-not-listed = not on this list yet
standing-listed = on the list
standing-checked-in = checked in
standing-aboard = on board
standing-offloaded = off the flight

# Where custody of a bag changes.
point-is = { $point ->
        [accepted] accepted
        [sorted] sorted
        [loaded] loaded
        [transferred] transferred
        [delivered] delivered
       *[other] { $point }
    }

owner-not-known = Owner not known

who-staff-desk = Staff { $staff } at { $desk }
who-desk = At { $desk }
who-nobody = Author not known

never = never

seconds = { $seconds } s

stranger = A stranger

done = Done.

# Between two sentences. "_" stands for a space.
between-sentences = _
labelled = { $label }: { $text }

# The language's own name for itself, as it stands in the switch.
language-name = English
language-switch = Language

# On the button beside the list of languages.
language-go = Change

# A flight and its day: "CA1501 of 22 Nov".
flight-of-day = { $flight } of { $day }

# Between the items of a list. "_" stands for a space.
list-comma = ,_
