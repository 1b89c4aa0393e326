### The device itself: packs on its printers, its scans, its scanner, its looks, its links.

print-form-pack = paper packs
print-job-pack = Pack { $title }
pack-on-paper = On paper
pack-prints-at = Prints by itself at { $time }.
pack-printed = { $state }: version { $version }, { $printer }, { $time }.
pack-not-printed = Not printed. { $why } { $remedy }
