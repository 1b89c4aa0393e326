### Tracing: which found bag is which missing one.

tracing-head = Tracing
tracing-candidates = What may be the bag
tracing-none = No report that is open here has anything in common with this one.
tracing-more = { $count ->
        [one] 1 more is less alike.
       *[other] { $count } more are less alike.
    }
tracing-too-common = Something that this report says is said by so many others that it was not compared. More about the bag narrows it down.
tracing-goes-with = Goes with
tracing-disputed = Desks that did not see each other said what does not go together. The bag is not handed over until it is settled.
tracing-not-yours = The baggage desk and supervisors say which bag is whose.
tracing-compare = Compare
tracing-compare-title = Compare { $one } with { $two }
tracing-compare-head = Two reports side by side
tracing-back = Back to the file
tracing-agrees = Agrees: { $reasons }
tracing-same = the same
tracing-differs = differs
tracing-one-says = only one says it
tracing-col-surely = How surely
tracing-col-agrees = What agrees
tracing-col-field = Field

# Verbs, on buttons.
tracing-step-confirm = Confirm: one bag
tracing-step-request = Ask for the bag
tracing-step-suspend = Suspend tracing
tracing-step-deliver = Delivered to the guest
tracing-step-reject = Reject: another bag
tracing-step-close = Close the report
tracing-step-resume = Resume tracing

command-no-report = No report is known here for "{ $typed }". Give its reference or the bag tag.

match-grade-certain = Certain, { $score }
match-grade-strong = Strong, { $score }
match-grade-possible = Possible, { $score }
match-grade-weak = Weak, { $score }
match-grade-none = Nothing agrees.

match-reason-tag-equal = same tag
match-reason-part-of-the-tag-agrees = part of the tag agrees
match-reason-tag-differs-by-one-slip = tag differs by one slip
match-reason-booking-equal = same booking
match-reason-name-equal = same name
match-reason-name-differs-by-one-slip = name differs by one slip
match-reason-brand-equal = same brand
match-reason-found-on-the-route = found on its route
match-reason-colour-equal = same colour
match-reason-colour-near = similar colour
match-reason-type-equal = same type
match-reason-type-near = similar type
match-reason-features-equal = same features
match-reason-looks-the-same-in-all = looks the same in all
match-reason-one-thing-inside-agrees = one thing inside agrees
match-reason-things-inside-agree = things inside agree
match-reason-too-far-apart-in-time = too far apart in time
match-reason-another-tag = another tag
