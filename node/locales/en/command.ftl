# The command line.

command-title = Type what to do
command-open = Type
command-label = Command
command-go = Do it
command-flight = Numbers are of { $flight }: sequence or seat.
command-no-open-flight = No flight is open at this desk. Open one first: f CA1501.
command-list = What can be typed
command-col-typed = Typed
command-col-does = Does
command-col-key = Key
command-empty = Nothing was typed. Choose from the list below.
command-not-read = "{ $typed }" was not understood. Nothing was done. Choose from the list below.
command-no-guest = "{ $typed }" is neither a sequence number nor a seat. Give one of them, such as b 42 or b 14C.
command-no-seat = "{ $typed }" is not a seat. Give row and letter, such as seat 42 14C.
command-no-weight = "{ $typed }" is not a weight. Give kilograms, such as bag 42 18.
command-no-tag = "{ $typed }" is not a bag tag. Give its ten digits.
command-no-flight = "{ $typed }" is not a flight. Give carrier and number, such as CA1501.
command-flight-unknown = { $typed } is not known here. Look at the flights page, or import its list.
command-guest-unknown = Nobody found for "{ $typed }". Look for the name: f and its first letters.
command-no-map = "{ $typed }" is no map of seats. Give rows and letters by cabin, such as C1-2/ACDF Y11-40/ABCHJK.
reason-typed = Typed at the command line
