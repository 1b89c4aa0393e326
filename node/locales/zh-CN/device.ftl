### The device itself: packs on its printers, its scans, its scanner, its looks, its links.

print-form-pack = 纸质资料包
print-job-pack = 资料包 { $title }
pack-on-paper = 纸质
pack-prints-at = 将于 { $time } 自动打印。
pack-printed = { $state }：第 { $version } 版，{ $printer }，{ $time }。
pack-not-printed = 未打印。{ $why }{ $remedy }
trouble-pack-no-printer = 本工作台没有打印资料包的打印机。
    .remedy = 请打开资料包用 F9 打印，或在配置文件中为一台收据打印机加上 "pack"。

# 扫描条。
gate-undo-of = 撤销：{ $what }
reason-undone-at-once = 当即撤销
scan-unknown = 未识别：
scan-copy = 复制
scan-teach = 设置扫描枪

# 设置扫描枪。
scanner-title = 设置扫描枪
scanner-scanner = 扫描枪
scanner-back = 返回本机
scanner-program = 编程一次
scanner-step-mode = 设为键盘方式（USB HID 键盘，也叫 wedge）。
scanner-step-suffix = 后缀：一个回车（CR）。条码后不要其他字符，不要 LF。
scanner-step-prefix = 前缀：F24 键。可以不设；设了以后，扫描绝不会被当作打字。
scanner-step-layout = 键盘：与本设备相同的国家，或设为 US 并使用下面的设置。
scanner-program-why = 厂家手册中每一项都有对应的设置码。请先扫那些码，再在这里试。
scanner-try = 试扫
scanner-try-words = 请扫描您的扫描枪能读的码。收到的内容显示在下面，不会保存。
scanner-code = 试扫码
scanner-square = 影像式扫描枪用：登机牌、行李牌和旅行证件的全部字符。
scanner-bars = 激光扫描枪用：差别最大的字符。
scanner-box = 收到的内容
scanner-look = 查看
scanner-heard = 收到的内容
scanner-good = 所有字符都正确。登机牌和行李牌可以读取。
scanner-us-keys = 扫描枪按 US 键盘输入，本设备用的是另一种键盘。下面的设置可以纠正：请保存后再扫一次。
scanner-bad = 有字符没有收到。请把扫描枪的键盘设为本设备的国家，或设为 US，再扫一次。
scanner-layout = 键盘
scanner-layout-same = 与本设备一致
scanner-layout-us = US，与本设备不同
scanner-layout-other = 其他键盘
scanner-ends = 条码结尾
scanner-ends-enter = 回车（CR）
scanner-ends-tab = Tab
scanner-ends-twice = 两次回车（CR 和 LF）；请从后缀中去掉 LF
scanner-speed = 速度
scanner-gap = 字符间隔 { $ms } 毫秒
scanner-not-measured = 未测量
scanner-prefix = 前缀
scanner-missing = 未收到
scanner-came = 原样
scanner-settings = 本设备如何接收扫描
scanner-settings-own = 本设备有自己的设置。
scanner-settings-all = 本设备使用默认设置。
scanner-set-gap = 最长间隔（毫秒）
scanner-set-least = 最短条码
scanner-set-us = 按键为 US 键盘
scanner-keep = 为本设备保存
scanner-wrong = 未保存。最长间隔为 10 至 200 毫秒，最短条码为 4 至 20 个字符。

# 本机。
desk-free = 磁盘可用空间
size-gib = { $count } GiB
acts-head = 本机最近的操作
acts-none = 这里还没有操作。
acts-what = 内容
acts-staff = 工号
link-head = 连接
link-words = 每隔几秒在连接上测量往返时间。
link-none = 还没有联系过其他节点，也没有连接失败。
link-stands = 已连接
link-missing = 未连接
link-round-trip = 往返时间
link-carrier = 方式
link-failure = 最近的故障
link-under-1 = 不到 1 毫秒
link-ms = { $ms } 毫秒
link-no-address = { $time }：名称没有对应的地址。请检查配置中的名称。
link-silent = { $time }：没有应答。对方是否开机，网络是否正常？
link-refused = { $time }：对方拒绝。证书是否有效，是否属于本系统？
link-ended = { $time }：连接断开。
link-again = 再次测量

practice-head = 离线演练
practice-words = 让本工作台暂时与中心和邻近工作台断开，以便了解它如何独立工作。所做的工作是真实的：保存在本机，演练结束后发送。演练会自动结束，重启本机也会结束。
practice-bar = 离线演练至 { $time }。所做的工作是真实的，之后会发送。
practice-end = 立即结束
practice-length = 时长
practice-minutes = { $minutes } 分钟
practice-begin = 开始离线演练
practice-confirm = 虽有航班即将离港，仍要演练
practice-not-yours = 由主管或值班主任开始。
permission-practise-offline = 离线演练

looks-head = 外观
looks-of-person = 为员工 { $number } 保存在本工作台。
looks-of-device = 为本设备保存。
looks-contrast = 对比度
looks-theme = 主题
looks-text = 字号
looks-language = 语言
looks-as-system = 跟随系统
looks-contrast-high = 高
looks-light = 浅色
looks-dark = 深色
looks-text-100 = 100 %
looks-text-125 = 125 %
looks-text-150 = 150 %
looks-keep = 保存

refusal-practice-flight-soon = 本工作台有航班将在 { $minutes } 分钟内离港：{ $flights }。
    .remedy = 请在离港后演练，或确认现在就要演练。
trouble-practice-length = 演练时间过长。
    .remedy = 请选择 5、15 或 30 分钟。
trouble-setting-not-kept = 本工作台的磁盘未能保存设置。
    .remedy = 其他一切照常。请联系技术支持检查磁盘。
