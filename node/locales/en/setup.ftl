### Setting up: other devices of the network, and the first run.

devices-title = Other devices
devices-hint = Tablets, kiosks and screens that open this node over the local network.
devices-off = Screens are served on this machine only.
devices-off-words = To serve other devices, write lan and names under [screens] into the configuration file and start again.
devices-serving = Other devices are served, over TLS only.
devices-serving-words = Each device must trust the authority below once. Whoever comes signs in with a password; break-glass works at the desk itself only.
devices-no-staff = Other devices are not served yet: nobody is written down as staff.
devices-no-staff-words = Without staff anybody on the network could work under any number. Write the first administrator down at the hub; this begins by itself then.
devices-no-certificate = Other devices are not served yet: these screens have no certificate.
devices-no-certificate-words = The hub gives one as soon as it is reached. This machine's own screens work meanwhile.
devices-no-port = Other devices are not served: the port cannot be had.
devices-no-port-words = Stop the program that uses it, or set another port in lan under [screens]. It is tried again by itself.
devices-why = The last try said:
devices-addresses = To be opened on the devices
devices-days = { $days ->
    [one] The certificate is good for 1 day more.
   *[other] The certificate is good for { $days } days more.
}
devices-ends-soon = The hub was not reached to renew it. Bring this node to the hub's network before it ends.
devices-trust = How a device comes to trust these screens
devices-download = Download the authority
devices-step-download = Bring the file apron-screens.crt to the device. It is public; it holds no secret.
devices-step-compare = Compare the fingerprint (SHA-256) that the device shows with this one:
devices-step-trust = Let the device trust it for websites: in its settings for certificates, as a certificate authority.
devices-step-open = Open one of the addresses above. The lock shows, and nothing warns.
devices-command = The same by hand, with the steps for each system: { $command }
devices-no-authority = The authority is not known here yet. It comes with the certificate, or from the hub: see this page there.

sign-in-password = A password is needed here.
sign-in-password-words = On another device than the desk's own, type your password or PIN together with badge or number.

## The first run

setup-title = Set up this machine
setup-hint = Nothing is set up here yet. It takes a minute or two.
setup-language = Language
setup-code = Code from the console
setup-code-hint = It stands where the program was started, such as 1234-5678.
setup-code-wrong = This is not the code on the console. Type the newest one: after five wrong ones another is shown.
setup-what = What is this machine to be?
setup-what-wrong = Choose what this machine is to be.
setup-what-hub = The hub of a new installation
setup-what-desk = A desk of an installation that is there
setup-what-demonstration = Neither yet: show me first
setup-installation = Name of the installation
setup-installation-wrong = Give the installation a name, such as Pudong.
setup-first-hint = Its station, its name, and where it reaches this machine. You get a join code for it.
setup-first-wrong = Give all three for the first desk (station, name, address), or leave all three empty.
setup-station = Station
setup-desk = Desk
setup-address = Address of this hub
setup-join = Join code from the hub
setup-join-wrong = This is no join code. Copy all of it, as apron hub invite printed it.
setup-go = Set up
setup-not-yet = This is not set up yet.
setup-nothing-made = Nothing was made. Correct it and press again.
setup-compare = Is this your hub?
setup-compare-hint = The code leads to { $hub }. Compare the fingerprint with the one that the hub showed when it was set up.
setup-join-go = It is; join
setup-join-not = No, back
setup-done-hub = This machine is the hub.
setup-done-desk = This machine is desk { $desk } at { $station }.
setup-done-demonstration = The demonstration starts.
setup-starts = Everything is saved. The program starts now.
setup-fingerprint = Fingerprint of the installation
setup-fingerprint-hint = Write it down: whoever sets up a desk compares it.
setup-invitation = Join code of the first desk at { $station }
setup-invitation-hint = Good for 24 hours and one machine. Start apron there and give it on this same page, or run:
setup-staff-next = Sign in with number { $staff } and the password that you chose. On the page People you write everybody else down.
setup-go-on = To the screens
setup-demonstration-starts = Its addresses stand on the console. Nothing was set up; start apron again for that.
setup-step-code = Show that it is you
setup-step-hub = The installation
setup-step-desk = The invitation
setup-what-hub-words = The one machine that all stations reach. Desks are invited from here.
setup-what-desk-words = A gate, counter or baggage desk. The hub has a join code for it.
setup-what-demonstration-words = A whole day with an outage, on this machine. Nothing is set up.
setup-installation-hint = As your staff call it, such as Pudong.
setup-person = Who looks after it
setup-person-hint = The first administrator, who is a supervisor too and writes everybody else down.
setup-number = Staff number
setup-number-wrong = Give a staff number: 2 to 16 capital letters and digits, such as 9001.
setup-name = Name
setup-name-wrong = Give the name as on the badge.
setup-secret = Password or PIN
setup-secret-wrong = A password or PIN has 4 to 128 characters. Type it twice again.
setup-again = The same again
setup-again-wrong = The two are not the same. Type both again.
setup-first = The first desk, if you like
setup-join-hint = It begins with apron- and was shown when the hub was set up, or by apron hub invite.
