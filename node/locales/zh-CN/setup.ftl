### 设置：局域网内的其他设备，以及首次运行。

devices-title = 其他设备
devices-hint = 通过局域网打开本节点的平板、自助机和屏幕。
devices-off = 页面只在本机提供。
devices-off-words = 要供其他设备使用，请在配置文件的 [screens] 下写入 lan 和 names，然后重新启动。
devices-serving = 已向其他设备提供页面，仅限 TLS。
devices-serving-words = 每台设备须先信任一次下面的证书机构。从其他设备登录须输入密码；紧急进入只能在工作台本机使用。
devices-no-staff = 尚未向其他设备提供页面：还没有登记任何员工。
devices-no-staff-words = 未登记员工时，网络上的任何人都能以任意工号操作。请先在中心登记第一位管理员，之后会自动开始。
devices-no-certificate = 尚未向其他设备提供页面：还没有证书。
devices-no-certificate-words = 连通中心后即可取得证书。本机的页面照常可用。
devices-no-port = 未向其他设备提供页面：端口无法使用。
devices-no-port-words = 请停止占用该端口的程序，或在 [screens] 的 lan 中改用其他端口。系统会自动重试。
devices-why = 上次尝试的结果：
devices-addresses = 在设备上打开的地址
devices-days = 证书还有 { $days } 天有效。
devices-ends-soon = 未能连通中心续期。请在到期前将本节点接入中心所在的网络。
devices-trust = 设备如何信任这些页面
devices-download = 下载证书机构文件
devices-step-download = 将文件 apron-screens.crt 带到设备上。该文件是公开的，不含任何秘密。
devices-step-compare = 将设备显示的指纹（SHA-256）与此核对：
devices-step-trust = 在设备的证书设置中，将其作为证书机构予以信任，用于网站。
devices-step-open = 打开上面的任一地址。应显示锁形标志，且没有任何警告。
devices-command = 也可用命令完成，并列出各系统的步骤：{ $command }
devices-no-authority = 本机尚无证书机构信息。取得证书时会一并收到，也可在中心的同一页面查看。

sign-in-password = 此处须输入密码。
sign-in-password-words = 在工作台本机以外的设备上，请同时输入密码（或 PIN）和员工证或工号。
