### Calling guests to a gate.

calls-title = Calls for { $flight }
calls-open = Calls
calls-call = Call
calls-rows-head = Call rows
calls-rows = Rows
calls-zone = Zone, if any
calls-call-rows = Call rows
calls-called = Called
calls-nobody-yet = Nobody was called yet.
calls-whom = Who
calls-times = Times
calls-missing = Not aboard
calls-back = Take back
calls-back-of = Take back the call: { $whom }
calls-names-head = { $count ->
    [0] Nobody is missing
    [one] 1 guest is missing
   *[other] { $count } guests are missing
}
calls-names-done = These were called by name
calls-nobody-missing = Everybody who is checked in is on board.
calls-too-many = More than 60 are missing: call groups first. Names are read out when fewer are left.
calls-called-at = Called by name
calls-not-called = not yet
call-priority = Who comes first
call-cabin = Cabin { $cabin }
call-rows = Rows { $from } to { $to }
call-zone = Zone { $zone }, rows { $from } to { $to }
call-all = Everybody
call-final = Final call
call-names = By name
# Beside the counts of a gate.
call-line = { $whom }, called { $time }: { $count } not aboard
# Read out over the loudspeaker: the sentence before the names, and the one behind them.
call-read-before = This is the final call for guests on flight { $flight } to { $to }:
call-read-after = Please come to gate { $gate } at once. The doors are about to close.
    .no-gate = Please come to the gate at once. The doors are about to close.
flight-final = Final call
command-does-call = Call rows to board
command-does-call-group = Call who comes first, a cabin or everybody
command-does-final = The final call
command-does-names = Who is missing, to be read out
command-does-undo = Takes back the last thing you did at this desk that can be taken back, after asking
command-nothing-to-undo = Nothing that you did last at this desk can be taken back. Look at the strip of what was done here, or ask a supervisor.
command-no-call = { $typed } cannot be called. Type call 21-30, call priority, call C or call all.
