### The hub's own page, and the table of nodes.

hub-head = Desks and their state
hub-nodes = Nodes
hub-refused = Turned away since the start
hub-refused-hint = Nobody else was held up by it. A desk that stands here again and again needs a look: an old release, a wrong clock, or a fault.
hub-days = Days that are over
hub-days-hint = A day is closed by itself when every desk that wrote in it has said that the hub has all of it. What comes later is kept here, and is no part of the day.
hub-demo = Pull the plug
hub-demo-hint = Cut a link of the demonstration and keep working at both ends. Restore it, and see them agree.
hub-link-cut = { $link }: cut
hub-link-connected = { $link }: connected
hub-restore = Restore
hub-cut = Cut

node-over-tcp = over TCP, for UDP does not get through

nodes-none = No other node is known here.

turned-busy = Came when there was no room for more links, or took too slowly what was sent
turned-bad-frame = Sent bytes that are no message of ours
turned-bad-signature = Sent entries whose signature does not hold
turned-not-allowed = Had no valid certificate of this installation
turned-flood = Sent more than it was given room for
turned-bomb = Sent a message that unfolds to more than is allowed
turned-stall = Stopped half way
turned-replay = Sent the same entries again and again
turned-scope = Asked for or sent records that its certificate does not allow
turned-version = Speaks another release's protocol; bring it to this release
turned-protocol = Broke the rules of the protocol

node-up-to-date = Up to date
node-behind = Behind { $count }
node-offline = Offline since { $time }
node-not-seen = Not seen yet

late-by = { $kind } by { $staff } at { $desk }, { $day } { $time }

day-open = Open
day-closed = Closed { $day }
day-missing = May hold more: { $desks }.
day-more = and { $count } more
