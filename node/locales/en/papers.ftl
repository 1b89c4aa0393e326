### Boarding pass, bag tag, receipt.

pass-title = Boarding pass { $name }

paper-back-counter = Back to the counter

pass-head = Boarding pass
pass-sequence = Sequence { $sequence }
pass-departs = Departs
pass-from-to = From, to
pass-bags = Bags
pass-remarks = Remarks

receipt-title = Receipt { $reference }
receipt-back = Back to the baggage desk
receipt-head = Baggage report
receipt-made = { $station }, { $made }
receipt-your-reference = Your reference
receipt-world = World tracing reference: { $reference }
receipt-provisional = This reference is valid here from now on. It is provisional: as soon as the tracing system is reached the report gets its world-wide reference, which we will send to you. Not yet traced outside this airport.
receipt-report = Report
receipt-kind = { $kind } baggage
receipt-contact = Contact
receipt-bag = The bag
receipt-dates = Your dates

tag-title = Bag tag { $tag }
tag-to = to { $to }
tag-made = Made at { $desk }, { $day } { $time }, staff { $staff }

receipt-taken = taken { $time } at { $desk } by staff { $staff }
receipt-this-station = this station

claim-delayed = within 21 days of getting the bag

barcode = Bar code
