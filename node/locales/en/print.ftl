### Printers of a desk: the form on papers, the queue, what is the matter.

print-at = Print at
print-language = Language for the guest
print-again = This was printed: print { $issue } at { $time } at { $desk }. A new print makes it void: take the old one back.
print-why = Why again
print-why-lost = Lost
print-why-damaged = Damaged or not readable
print-why-changed = Something on it changed
print-why-printer = The printer failed
print-on-page = On this screen's own printer

print-printers = Printers
print-printers-none = No printer is set up for this desk. Pages still print on this screen's own printer. Printers are named in the configuration file, under [[printer]].
print-printers-words = Other desks print at their own printers; a printer on the network may be named at several desks.
print-ready = Nothing waits.
print-waiting = { $count ->
    [one] { $count } job waits.
   *[other] { $count } jobs wait.
}
print-test = Test print
print-test-title = Printer test
print-test-words = This is { $printer } of desk { $desk }, { $time }. If you can read this, it prints.
print-form-pass = passes
print-form-tag = bag tags
print-form-receipt = receipts

print-jobs = Last jobs
print-jobs-none = Nothing was printed here yet.
print-col-job = Job
print-col-printer = Printer
print-col-state = State
print-col-do = What can be done
print-job-pass = Pass { $title }
print-job-tag = Tag { $title }
print-job-receipt = Receipt { $title }
print-job-test = Test
print-issue = print { $issue }
print-made = { $time }, staff { $staff }
print-reprint = Reprint
print-cancel = Cancel

print-state-queued = Waits
print-state-printing = Printing
print-state-done = Printed
print-state-failed = Not printed
print-state-voided = Void
print-state-cancelled = Cancelled

print-fault-paper-out = No paper.
    .remedy = Put paper in. It prints by itself.
print-fault-ribbon-out = No ribbon.
    .remedy = Put a ribbon in. It prints by itself.
print-fault-cover-open = The cover is open.
    .remedy = Close it. It prints by itself.
print-fault-wrong-stock = Another paper lies in it than is set up.
    .remedy = Put the right paper in, or use another printer.
print-fault-paused = It is paused.
    .remedy = Press Pause on the printer.
print-fault-offline = It is not reached.
    .remedy = Look whether it is on and its cable is in. It prints by itself when it is back, or use another printer.
print-fault-no-answer = It does not answer.
    .remedy = Look at its paper, ribbon and cover, and at its display.
print-fault-not-ready = It is not ready.
    .remedy = Look at its display.
print-fault-refused = It refused what was sent.
    .remedy = Use another printer, and tell support.
print-fault-may-be-printed = It stopped in the middle.
    .remedy = Look whether something came out. Take that back before you reprint.
print-fault-no-printer = This printer is no longer at this desk.
    .remedy = Reprint at another.
print-fault-unprintable = This cannot be written in the printer's language.
    .remedy = Use another printer, or write it by hand.

print-label-from = From
print-label-to = To
print-label-issue = Print
