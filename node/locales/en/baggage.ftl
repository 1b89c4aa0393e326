### The baggage desk.

baggage-title = Baggage desk
baggage-scan-label = Scan or type a bag tag, or scan a pass: the report fills itself
baggage-fill = Fill in
baggage-new = New report
baggage-what = What happened to the bag

incident-delayed = Delayed
incident-damaged = Damaged
incident-pilfered = Pilfered
incident-found = Found

baggage-name = Name, as on the tag
baggage-contact = Phone or e-mail
baggage-flight = Flight and date
baggage-tag-hint = Ten digits, or empty when the tag is lost
baggage-description = The bag: colour, type, brand, marks
baggage-save = Save and print the receipt
baggage-seen = Bag seen
baggage-place = Where

# A verb, on a button.
baggage-record = Record
baggage-not-known = "{ $seen }" is neither a bag tag nor a pass that is known here. Fill the report in by hand.

incident-other = Another kind

baggage-from-tag = From tag { $tag }
baggage-tag-not-known = Tag { $tag } is not known here
baggage-from-pass = From the pass of { $name }
baggage-say-kind = Say what happened to the bag.

not-a-flight = "{ $typed }" is not a flight. Give carrier and number, such as CA1501.

baggage-give-name = Give the guest's name, as on the tag.
baggage-say-look = Say what the bag looks like.

not-a-tag = "{ $typed }" is not a bag tag. Give its ten digits.
