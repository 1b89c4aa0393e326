### The work area of the counter: problems, seats, help, bags, and rush tags.

counter-lately = Last at this desk
counter-pass-selected = Selected for a further check
counter-pass-selected-words = The pass says so. For staff only: tick it with the guest's documents.

# What stands in the way, one thing after the other.
problem-head = Problem { $no } of { $of }
problem-next = Next problem
problem-settle = Settle it
problem-documents-refused = These documents were refused.
    .remedy = Look at other documents, or take the guest off the flight.
problem-conflict = Two desks wrote different things of this guest.
    .remedy = Settle it: both stand side by side there.
problem-off-list = A change message took this guest off the list after check-in.
    .remedy = Ask the airline. If it is so, offload the guest.
problem-waits = The guest waits for a seat.
    .remedy = The gate gives free seats in order. Ask the guest to wait there.
problem-documents-missing = Nobody has looked at the documents.
problem-escort-missing = It is not noted who hands over this child.
    .remedy = Ask for the form and write down who brings the child.
problem-seat-gone = Seat { $seat } cannot be given: it is another guest's, or not on this aircraft.
    .remedy = Choose another seat.
problem-seat-missing = Checked in without a seat.
    .remedy = Choose a seat.
problem-pass-due = The seat was changed, and the guest holds the old pass.
    .remedy = Print the new pass and take the old one back.
problem-bag-heavy = Bag { $tag } weighs { $kg } kg and has no heavy label.
    .remedy = Put the label on and tick it, or ask the guest to repack.
problem-bag-without-destination = Bag { $tag } has no destination.
    .remedy = Type the last airport on the tag.
problem-bag-without-routing = Bag { $tag } goes through to { $to } and names no flight to it.
    .remedy = Type the flights behind this one.

problem-excess = The party brings more than is free: { $excess }.
    .remedy = Ask the guest to pay and take down the number, or let it go free of charge with a reason.
excess-open = Settle excess baggage
excess-proof = Receipt or EMD
excess-proof-hint = Never the number of a payment card
excess-paid = Paid
excess-reason = Free of charge because
excess-note = More
excess-waive = Free of charge
permission-waive-excess = Let excess baggage go free of charge
command-does-excess = Note that a party's excess baggage is paid, with the number of the receipt

# The plan of seats.
seats-alone = This desk offers seats from rows { $rows } while it does not see the others.
seats-alone-none = This desk does not see the others: another one may give the same seat.
seats-not-whole = Nobody has named the aircraft: only rows and letters are shown in which somebody is known to sit.
seats-unknown = The seats of this aircraft are not known here. Type the seat.
seats-plan = Seats
seats-cabin = Cabin { $cabin }
seats-row = Row
seats-own-row = this desk's row
seats-free = { $seat }, free
seats-theirs = { $seat }, this guest's own
seats-taken = { $seat }, taken
seats-promised = { $seat }, asked for by a guest who is not checked in
seats-legend = A dashed seat is asked for by a guest who is not checked in. A crossed seat is taken, the framed one is the guest's own. A dot marks the rows of this desk.
seats-list = Free seats as a list
seats-row-free = Row { $row }: { $letters }
seats-none = No free seat is known.

# Help, and minors who travel alone.
care-open = Help
care-head = Help for { $name }
care-none = Nothing is ordered.
care-service = Service
care-place = Where the guest waits
care-order = Order
care-cancel = Not needed
care-bags = Carry bags
care-service-is = { $code }, { $words }
care-ordered = { $service }: ordered { $time }
care-assigned = { $service }: { $who } helps, assigned { $time }
care-picked-up = { $service }: picked up { $time }
care-handed-over = { $service }: handed over { $time }
care-at = { $said }, at { $place }
care-handed-label = Handed over by
care-handed-hint = The name of who brings the child, as in their document.
care-handed-go = Write it down
care-handed-by = Handed over by { $name }

# Bags.
bag-own-tag-hint = Scan it, or type ten digits or what is printed, such as MU 123456. Fallback tags and other carriers' tags too.
bag-to = To
bag-onward = Flights behind this one
bag-onward-hint = Such as MU5101 JFK, DL42 BOS.
bag-onward-listed = On the list: { $legs }.
bag-gate = Taken at the gate
bag-is-heavy = heavy label
bag-is-gate = gate bag
bag-goes-on = then { $flight } to { $to }
bag-correct = Put right
bag-correct-head = Put bag { $tag } right
bag-correct-go = Save the bag
bag-tags-left = Tag range: { $left } left.
bag-tags-few = Ask the duty manager for a new block, or tag at another desk.
not-an-airport = "{ $typed }" is not an airport. Give three letters, such as PEK.
not-onward = "{ $typed }" does not name flights. Give each with its airport, such as MU5101 JFK.

# Rush tags.
rush-head = Rush tag
rush-flight = Flight that takes the bag
rush-reason = Why it flies without its guest
rush-go = Tag the bag
