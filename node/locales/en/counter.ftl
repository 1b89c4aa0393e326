### Check-in, seats and bags at the counter.

counter-find-label = Find: name, locator, seat, sequence, bag tag, or scan a pass or passport
counter-find = Find
counter-guests = Guests
counter-found = Found for "{ $query }"
counter-of = { $shown } of { $all }
counter-hint = Scan a pass, or type the first letters of a name.
counter-nobody = Nobody found for "{ $query }".
counter-nobody-hint = Try the locator, or fewer letters of the name. A guest who is not on the list can be asked for at the hub when it is reached.
counter-match = { $count } guests match. Type more to see fewer.
counter-flight = { $route }, { $date }, STD { $std }
counter-take-over = Take over { $flight }
counter-tag-for = Bag tag for { $owner }, { $weight }
counter-print-tag = Print the tag
counter-check-in-guest = Check in { $name }
counter-kind = { $kind }, { $status }
counter-pass = Pass
counter-bag-to = { $weight } to { $destination }
counter-no-bags = No bags
counter-change-seat = Change seat
counter-offload = Offload
counter-together = Check in together
counter-together-hint = Ticked guests get seats and sequence numbers in one step.
counter-add-bag = Add a bag

# Before a choice of guests: whose bag it is.
counter-bag-of = Bag of
counter-weight = Weight in kg
counter-take-bag = Take the bag

not-a-seat = "{ $typed }" is not a seat. Give row and letter, such as 14C.
not-a-weight = "{ $typed }" is not a weight. Give kilograms, such as 18.

counter-seat-head = Another seat for { $name }
counter-seat-none = No seat yet.
counter-seat-now = Now in { $seat }. The guest gets a new pass.
counter-no-locator = No locator
counter-child = Child
counter-adult = Adult

# A guest whom no list names.
counter-add-head = A guest who is not on the list
counter-add-hint = The guest waits for a seat until the gate gives one.
counter-add-flight = Flight
counter-add-name = Name as in the passport, surname first
counter-add-number = Ticket number or locator
counter-add-mark = Why
counter-add-no-rec = Booked, and not on the list
counter-add-go-show = Without a booking
counter-add = Take the guest down
not-a-number = "{ $typed }" is neither a ticket number nor a locator. Give 13 digits, or six letters and digits.
counter-pool = Pool with
counter-pool-none = Nobody
counter-own-tag = Tag that is on it already
counter-heavy = Heavy label
