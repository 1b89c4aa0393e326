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
