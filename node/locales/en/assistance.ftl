### Helping guests.

assistance-title = Assistance
assistance-start = Who is to be helped, and who is on the way
assistance-counts = { $waiting } waiting, { $coming } on the way
assistance-all-flights = All flights near now
assistance-over-too = Those that are over too
assistance-show = Show
assistance-jobs = Jobs
assistance-more = { $shown } of { $count } shown: choose a flight.
assistance-none = Nobody waits for help.

help-who = Who helps
help-place = Place
help-gate = gate { $gate }
help-order = Order
help-order-more = Order other help
help-order-what = Help
help-assign = Assign
help-assign-again = Assign somebody else
help-pick-up = Picked up
help-hand-over = Handed over
help-cancel = Not needed
help-step-for = { $step }: { $name }
help-col-service = Service
help-col-ordered = Ordered
help-col-assigned = Assigned
help-col-picked-up = Picked up
help-col-handed-over = Handed over

helping-ordered = { $service }: ordered { $time }, nobody is on the way
helping-coming = { $service }: { $who } is on the way since { $time }
helping-picked-up = { $service }: picked up { $time } by { $who }
helping-over = { $service }: handed over { $time }
