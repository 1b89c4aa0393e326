### The outbox: what is said to others, and how far it has come.

outbox = Outbox
outbox-hint = What this station says to others, flight by flight in order. Each message has one key: however often it is sent, a receiver can take it once.
outbox-nothing = No message waits.
outbox-waits = { $waiting } waiting to be sent.
outbox-look = { $look } to look at: refused, or sent without an answer. { $waiting } waiting.
outbox-state-waiting = Waiting
outbox-state-unknown = Sent, answer unknown
outbox-state-refused = Refused
outbox-state-cancelled = Cancelled
outbox-state-sent = Sent
outbox-flights = By flight
outbox-flight = Flight
outbox-of = Messages of { $flight }, newest first
outbox-place = No.
outbox-tries = Tries
outbox-part = { $kind }, part { $part } of { $parts }
outbox-said = Put into words at { $time }, version { $version }.
outbox-answer = { $has-note ->
        [yes] { $time }, { $by } at { $desk }: { $note }
       *[no] { $time }, { $by } at { $desk }.
    }
outbox-tried = { $count ->
        [one] Tried once from here, at { $time }. { $note }
       *[other] Tried { $count } times from here, last at { $time }. { $note }
    }
outbox-text = The message, without its envelope
outbox-read = Read it
outbox-check = Look again now
outbox-asked = Looking again.
outbox-asked-words = What comes of it is shown here in a moment.
outbox-replay = Send again
outbox-arrived = It arrived
outbox-cancel = Cancel
outbox-ways = Ways out of this node
outbox-no-way = This node sends nothing. The hub sends, or the desk whose configuration names a way out; what happens here reaches it by itself.
outbox-open = Open the outbox

# What guests ask the reservation system for.
request-head = Ask the airline
request-hint = It is kept and goes out when there is a way. Promise nothing before the answer is here.
request-guest = Guest
request-what = What
request-what-change = Change
request-what-rebooking = Rebooking
request-what-refund = Refund
request-what-upgrade = Upgrade
request-what-new-ticket = New ticket
request-wanted = Flight wanted
request-note = In words
request-take = Take down
request-line = { $what } for { $name }, { $time }: { $note }
request-answer = Answer: { $note }

reason-cut-before-answer = The connection ended before the answer
reason-folder-not-written = The folder could not be written
reason-no-answer = No answer in time
reason-connection-slow = No connection to the receiver in time
reason-tls-authority = The receiver's certificate is of an authority that this node does not trust: name its file as ca_file of the way
reason-tls-certificate = The receiver's certificate cannot be accepted: it has to be made again
reason-tls-name = The receiver's certificate is for another name: correct the address, or let the receiver have one for this name
reason-tls-none = The receiver speaks no TLS 1.2 or 1.3: check address and port
reason-tls-refused-us = The receiver asks for a certificate of ours or refuses us: let it take the signature alone, or put a proxy on this machine
reason-tls-time = The receiver's certificate has expired or does not count yet: let it be renewed, and check this device's clock
reason-no-connection = No connection to the receiver
reason-node-stops = This node was stopping
reason-not-for-http = It cannot be sent over HTTP
reason-receiver-has-it = The receiver says that it has it
reason-receiver-has-it-not = The receiver says that it does not have it
reason-receiver-not-asked = The receiver could not be asked
