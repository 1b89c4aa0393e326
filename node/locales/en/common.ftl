# Words that stand on every page.
# This file is the pattern for other languages: copy the folder, translate what stands behind "=", keep the keys and the names in { }.

# The language's own name for itself, as it stands in the switch.
language-name = English
language-switch = Language
# On the button beside the list of languages.
language-go = Change

# A flight and its day: "CA1501 of 22 Nov".
flight-of-day = { $flight } of { $day }
# Between the items of a list. "_" stands for a space.
list-comma = ,_

nav-gate = Gate
nav-counter = Counter
nav-baggage = Baggage
