### The file of a baggage incident: its form, its dates, its copy.

incident-title = Report { $reference }
incident-copy = Print the copy
incident-receipt = Receipt
incident-whole-file = The whole file
incident-back = Back to the file
incident-parts = Parts of the file
incident-save = Save the file
incident-one-more-bag = One more bag
incident-not-chosen = Not chosen
incident-not-outside = Not yet traced outside this airport.
incident-whole = Complete
incident-missing = { $count ->
        [one] 1 missing: { $fields }
       *[other] { $count } missing: { $fields }
    }
incident-bag = Bag { $bag }
incident-of-bag = { $field }, bag { $bag }
incident-inside = what is in bag { $bag }
incident-written = Written differently by desks that did not see each other: { $values }. Choose one and save, or settle it under Conflicts.
incident-not-read = { $field }: "{ $typed }" was not understood.
incident-changed-meanwhile = { $field } was changed meanwhile to: { $value }. Save again to put yours in its place.
incident-date = { $day } { $year }
incident-day-time = { $day } { $time }

incident-part-guest = Guest
incident-part-flights = Flights
incident-part-bags = Bags
incident-part-contents = Contents
incident-part-delivery = Delivery
incident-part-claim = Claim

incident-hint-flights = Flight and day, such as CA1501/22NOV LH721/23NOV
incident-hint-route = Airports in order, such as PVG PEK FRA
incident-hint-language = Code of the language, such as en, zh-CN or fr
incident-hint-money = Amount and currency, such as 120.50 CNY
incident-hint-elements = At most three

# How far finding the bag has come.
incident-stage-open = Looked for
incident-stage-claim = Claim open
incident-stage-confirmed = Bag found
incident-stage-requested = Bag asked for
incident-stage-suspended = Tracing suspended
incident-stage-delivered = Delivered
incident-stage-closed = Closed
incident-stage-disputed = Needs review

# Dates of the Montreal Convention.
incident-limit-complain-of-damage = Complain of damage in writing by
incident-limit-complain-of-delay = Complain of delay in writing by
incident-limit-counts-as-lost = Counts as lost from
incident-limit-go-to-court = Go to court by
incident-due-past = { $what } { $date }: past since { $days ->
        [one] 1 day
       *[other] { $days } days
    }
incident-due-today = { $what } { $date }: today
incident-due-soon = { $what } { $date }: in { $days ->
        [one] 1 day
       *[other] { $days } days
    }
incident-due-later = { $what } { $date }

incident-copy-title = Copy of report { $reference }
incident-copy-head = Property irregularity report
incident-copy-taken = Taken { $day } { $time } at { $desk } by staff { $staff }
incident-copy-means = This copy confirms that the report was taken. It is no admission of liability.
incident-copy-signature = Signature of the guest
incident-copy-staff = Signature of the staff

baggage-files = Reports
baggage-list-open = Open
baggage-list-on-hand = On hand
baggage-list-due = Due soon
baggage-list-closed = Closed
baggage-none-open = No open files - on-hand { $count }
baggage-none-on-hand = No bag is on hand without its guest.
baggage-none-due = No date of a report is near.
baggage-none-closed = No report was closed yet.
baggage-known = There is a report about this bag already
baggage-col-due = Next date

incident-field-name = Name, as on the tag
incident-field-contact = Phone or e-mail
incident-field-language = Language
incident-field-locator = Booking reference
incident-field-address = Permanent address
incident-field-stay = Temporary address
incident-field-stay_from = There from
incident-field-stay_until = There until
incident-field-flight = Flight
incident-field-flight_date = Date of the flight
incident-field-route = Route of the bag
incident-field-flights = Other flights
incident-field-found_at = Where it was found
incident-field-found_on = Found on
incident-field-checked = Pieces checked in
incident-field-received = Pieces received
incident-field-tag = Bag tag
incident-field-colour = Colour
incident-field-type = Type
incident-field-elements = What is on it
incident-field-look = Description
incident-field-brand = Brand
incident-field-marks = Marks
incident-field-lock = Lock
incident-field-kg = Weight in kg
incident-field-part = Damaged part
incident-field-severity = How badly
incident-field-in_clothing = Clothing
incident-field-in_shoes = Shoes
incident-field-in_toiletries = Toiletries and cosmetics
incident-field-in_electronics = Electronics and cameras
incident-field-in_papers = Books and papers
incident-field-in_medicine = Medicine and glasses
incident-field-in_gifts = Gifts and food
incident-field-in_sports = Sports things and tools
incident-field-in_child = Things for children
incident-field-in_other = Other things
incident-field-delivery = Where the bag goes
incident-field-slot_date = Delivery on
incident-field-slot = Delivery from, until
incident-field-customs = Customs may open it
incident-field-delivery_note = For the driver
incident-field-received_on = Bag received on
incident-field-complained_on = Complained in writing on
incident-field-expenses = Interim expenses
incident-field-expenses_for = Spent on
incident-field-signed_by = Signed by
incident-field-note = Notes

incident-choice-lock = { $value ->
        [none] no lock
        [key] key
        [combination] combination
        [approved] lock that security can open
        [strap] strap
        [cable-tie] cable tie
       *[other] { $value }
    }
incident-choice-part = { $value ->
        [side] side
        [top] top
        [bottom] bottom
        [corner] corner
        [handle] handle
        [wheel] wheel
        [zip] zip
        [lock] lock
        [strap] strap
        [frame] frame
        [contents] contents
       *[other] { $value }
    }
incident-choice-severity = { $value ->
        [minor] minor
        [major] major
        [total] beyond repair
       *[other] { $value }
    }
incident-choice-delivery = { $value ->
        [address] permanent address
        [stay] temporary address
        [desk] guest collects it here
        [forward] on to another station
       *[other] { $value }
    }
incident-choice-customs = { $value ->
        [yes] yes
        [no] no
       *[other] { $value }
    }

look-colour = { $code ->
        [WT] white or clear
        [BK] black
        [GY] grey or aluminium
        [BU] blue
        [PU] purple
        [RD] red or pink
        [YW] yellow or orange
        [BE] beige
        [BN] brown
        [GN] green
        [MC] several colours
        [TD] tweed
        [PR] patterned
       *[other] { $code }
    }
look-type = { $code ->
        [t01] hard case, lying
        [t02] hard case, upright
        [t03] suitcase, lying, fixed depth
        [t05] suitcase, lying, expandable
        [t06] briefcase
        [t07] document case
        [t08] military bag
        [t09] plastic or laundry bag
        [t10] box
        [t12] storage container
        [t20] garment bag
        [t22] soft case, upright
        [t23] soft case, lying
        [t25] duffel or sports bag
        [t26] laptop or overnight bag
        [t27] expandable upright
        [t28] matted or woven bag
        [t29] backpack
        [t50] hat box or other container
        [t59] pet carrier
        [t60] fishing rod
        [t61] firearm
        [t62] golf bag
        [t63] bicycle
        [t64] sleeping bag
        [t65] surfboard
        [t66] skis
        [t68] sports equipment
        [t69] other sports equipment
        [t71] infant car seat
        [t72] stroller
        [t85] musical instrument
        [t99] other
       *[other] { $code }
    }
look-element = { $code ->
        [D] part soft, part hard
        [L] leather
        [M] metal
        [R] rigid
        [T] tweed
        [B] other material
        [C] combination lock
        [H] pull-out handle
        [P] outside pockets
        [S] straps
        [W] wheels
        [X] nothing more
       *[other] { $code }
    }

# A code of the chart and its words: BK black.
look-code = { $code } { $words }
