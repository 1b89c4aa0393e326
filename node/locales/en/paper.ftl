### Paper packs, and typing in what was written on paper.

paper-title = Paper packs
paper-what = For each flight within three hours: manifest, blank numbered tags, closing sheet. It is made from the station's records, so any desk prints the pack of a desk that died.
paper-start = Print what a desk needs to go on by hand; type paper in
paper-none = No flight departs within three hours.
paper-pack-made = Pack on disk
paper-made-when-opened = made when it is opened
paper-open = Open and print
paper-type-in = Type paper in
paper-back = All packs
paper-pack-of = Paper pack { $flight }

# At the top of the printed pack.
paper-made = Made { $day } { $time } at { $desk }.
paper-head = Gate { $gate }, departs { $std }.
paper-source-own = Records of { $desk } (this desk).
paper-source-linked = Of { $desk }, linked now.
paper-source-until = Of { $desk } until { $time }.
paper-lacks-since = Missing: what { $desk } did since { $time }. It is not reached.
paper-lacks-records = Missing: { $count ->
        [one] 1 record
       *[other] { $count } records
    } that { $desk } has and this desk has not yet.
paper-lacks-never-met = Missing perhaps: { $count ->
        [one] 1 desk of this station was
       *[other] { $count } desks of this station were
    } never met by this desk.
paper-lacks-nothing = Nothing is known to be missing.
paper-counts = Booked { $booked }, checked in { $checked }, on board { $boarded }.
paper-how = Tick each guest who goes on board and write the time. Sign each sheet with your staff number: it is typed in later with that time and number.
paper-by-seat = Manifest by seat
paper-by-name = Manifest of { $flight } by name
paper-col-bags = Bags
paper-col-time = Time
paper-box = to be ticked
paper-not-checked-in = not checked in
paper-off-flight = off the flight
paper-tags = Blank tags of { $flight }
paper-tags-none = No numbers are kept for blank tags. Keep some on the screen of this pack before printing; they are then given to no other bag.
paper-tags-how = Each number is for one bag and stands nowhere else. Write sequence, destination and weight on both parts.
paper-tag-fields = Seq ______ To ______ kg ______
paper-tags-count = Blank tags
paper-tags-keep = Keep numbers
paper-closing = Closing sheet of { $flight }
paper-known-aboard = Known on board (adults + children + infants)
paper-known-bags = Known (pieces / weight)
paper-unload = Without a guest on board, to unload:
paper-unload-none = No bag is known to be without its guest.
paper-signed = Time ____________   Staff ____________   Signature ________________________

# Typing in.
paper-entry-title = Type in paper of { $flight }
paper-back-pack = Back to the pack
paper-entry-type = 1. What stands on the paper
paper-entry-at = Time on the paper
paper-entry-by = Staff number of who wrote it
paper-entry-lines = Lines
paper-entry-hint = PB3,5,9 or PB59-78: these sequence numbers went on board. PB 14C: who sits there. BAG 42 0999123456 18: the guest of sequence 42 gave a bag with this tag, 18 kg; the tag can be scanned. At most 500 guests and bags at once.
paper-entry-look = Look what it means
paper-entry-means = 2. What it means, and what others did meanwhile
paper-entry-enter = Enter what is ticked
paper-when = The time on the paper is taken for { $time }: { $ago }.
paper-col-enter = Enter
paper-col-means = Means
paper-col-meanwhile = Meanwhile
paper-means-boarded = went on board
paper-means-bag = gave bag { $tag }
paper-means-bag-kg = gave bag { $tag }, { $kg } kg
paper-stand-fits = Nothing speaks against it.
paper-stand-nobody = Nobody here is named so. Look at the paper again.
paper-stand-several = Several guests are named so here. Tick the one who is meant.
paper-stand-not-checked-in = Not checked in here. It is entered as seen on paper.
paper-stand-entered = Was entered from this paper before.
paper-stand-aboard = Boarded { $time } at { $desk } by staff { $staff }. Tick it only if the paper saw the guest too: it becomes a review.
paper-stand-offloaded = Taken off { $time } at { $desk } by staff { $staff }. Tick it only if the guest is on board: it becomes a review.
paper-stand-bag-known = The bag is known for this guest.
paper-stand-bag-gone = This tag was taken out of the flight. Take the bag to the baggage desk.
paper-stand-bag-of-another = The tag is known for { $guest }. Look at the paper again.
paper-no-time = "{ $typed }" is not a time. Give the time that stands on the paper, such as 13:50.
paper-time-ahead = { $typed } is still to come. Give the time that stands on the paper.
paper-no-writer = "{ $typed }" is not a staff number. Give the number of who wrote the paper.
paper-no-lines = No line was typed. Give what stands on the paper, such as PB3,5,9.
paper-line-not-read = Line { $line }: "{ $typed }" was not understood. Begin it with PB or BAG.
paper-line-no-guest = Line { $line }: "{ $typed }" names no guest. Give sequence numbers or a seat.
paper-line-no-tag = Line { $line }: "{ $typed }" has no bag tag. Give guest, ten digits and kilograms, such as BAG 42 0999123456 18.
paper-line-no-weight = Line { $line }: "{ $typed }" is not the weight of one bag. Give 1 to 99 kg, or leave it out.
paper-line-backwards = Line { $line }: "{ $typed }" counts down. Give the smaller number first.
paper-line-too-many = Line { $line }: more than 500 guests and bags. Enter the paper in parts.
