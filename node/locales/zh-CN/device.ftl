### The device itself: packs on its printers, its scans, its scanner, its looks, its links.

print-form-pack = 纸质资料包
print-job-pack = 资料包 { $title }
pack-on-paper = 纸质
pack-prints-at = 将于 { $time } 自动打印。
pack-printed = { $state }：第 { $version } 版，{ $printer }，{ $time }。
pack-not-printed = 未打印。{ $why }{ $remedy }
trouble-pack-no-printer = 本工作台没有打印资料包的打印机。
    .remedy = 请打开资料包用 F9 打印，或在配置文件中为一台收据打印机加上 "pack"。
