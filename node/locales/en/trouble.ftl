### Pages that stand for an answer that is not there.

error-safe = What is safe
error-remedy = What to do
error-code = Code
error-back = To the flights

trouble-safe = Nothing was changed. Everything that was saved is still saved.
trouble-perhaps = Everything that a screen called saved is saved. What you just sent may not be.
trouble-kept = Nothing was changed, and the message is kept as it came.
trouble-kept-as = { $remedy } The message is kept as { $id }.
