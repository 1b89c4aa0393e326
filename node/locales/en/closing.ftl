### The end of a flight.

closing-title = Closing { $flight }
closing-back = Back to boarding
closing-missing = 1. Missing guests
closing-unload = 2. Bags to unload
closing-no-bag = No bag has to come off.
closing-off = Off the aircraft
closing-bag-off = Bag { $tag } is off

# On a button: the bag is off the aircraft.
closing-is-off = Is off

# Printed, to be filled in by hand.
closing-off-at = off at ________
closing-figures = 3. Closing figures
closing-preview = Preview, not yet taken
closing-version = Version { $version }, { $taken }
closing-heads = Heads by cabin
closing-bags = Bags by destination
closing-no-bags = No bags aboard.
closing-reopen-reason = Reason to open it again
closing-reopen = Open the flight again
closing-close = Close { $flight } and take the figures
closing-taken = { $time } by staff { $staff } at { $desk }
closing-closed = Closed { $taken }
closing-off-flight = off the flight
closing-not-aboard = not on board
closing-nobody = nobody knows whose it is
closing-stamp = { $time }, staff { $staff }
closing-blocked-guests = { $count ->
        [one] 1 guest is missing and stays here when the flight closes.
       *[other] { $count } guests are missing and stay here when the flight closes.
    }
closing-blocked-bags = { $count ->
        [one] 1 bag has no guest on board: tick it when it is off.
       *[other] { $count } bags have no guest on board: tick each when it is off.
    }
