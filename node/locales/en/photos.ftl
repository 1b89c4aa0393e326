### Photos of bags and reports.

photos-title = Photos of { $about }
photos-head = Photos
photos-count = { $count } of { $limit }
photos-none = No photos yet.
photos-full = There are { $limit } photos. Remove one to add another.
photos-back = Back to the baggage desk
photos-link = Photos

# What a reader hears in the place of the picture.
photo-alt = Photo { $number }, taken { $time } by staff { $staff }
photo-taken = Taken { $time } by { $staff } at { $desk }
photo-take = Take or choose a photo
photo-hint = JPEG, PNG or WebP. It is made smaller before it is saved; without script, at most 2 MiB.

# Verbs, on buttons.
photo-add = Save the photo
photo-remove = Remove photo { $number }
photo-remove-now = Remove
photo-why = Why
photo-sending = Photos still to be saved:

# In the place of a photo that is on another device only.
photo-coming = On its way to this device: { $percent } %
photo-no-link = On another device. It comes when that device is reached.
photo-waits = On another device. It comes by itself.
photo-no-room = On another device. There is no room for it here: call support.
photo-failed = It did not come whole. It is fetched again; the desk that took it still has it.
