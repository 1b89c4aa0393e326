### Printers of a desk: the form on papers, the queue, what is the matter.

print-at = 打印到
print-language = 旅客语言
print-again = 已打印过：第 { $issue } 次，{ $time }，{ $desk }。重新打印后旧的作废：请收回旧的。
print-why = 重打原因
print-why-lost = 遗失
print-why-damaged = 损坏或无法读取
print-why-changed = 内容有变
print-why-printer = 打印机故障
print-on-page = 用本屏幕自己的打印机

print-printers = 打印机
print-printers-none = 本工作台没有设置打印机。页面仍可用本屏幕自己的打印机打印。打印机在配置文件的 [[printer]] 下列出。
print-printers-words = 其他工作台用各自的打印机；网络打印机可以在多个工作台列出。
print-ready = 没有等待的任务。
print-waiting = { $count } 个任务在等待。
print-test = 测试打印
print-test-title = 打印机测试
print-test-words = 这是工作台 { $desk } 的 { $printer }，{ $time }。能读到这行字，说明打印正常。
print-form-pass = 登机牌
print-form-tag = 行李牌
print-form-receipt = 收据

print-jobs = 最近的任务
print-jobs-none = 这里还没有打印过。
print-col-job = 任务
print-col-printer = 打印机
print-col-state = 状态
print-col-do = 可以做什么
print-job-pass = 登机牌 { $title }
print-job-tag = 行李牌 { $title }
print-job-receipt = 收据 { $title }
print-job-test = 测试
print-issue = 第 { $issue } 次打印
print-made = { $time }，员工 { $staff }
print-reprint = 重新打印
print-cancel = 取消

print-state-queued = 等待
print-state-printing = 正在打印
print-state-done = 已打印
print-state-failed = 未打印
print-state-voided = 作废
print-state-cancelled = 已取消

print-fault-paper-out = 缺纸。
    .remedy = 请装纸，装好后自动打印。
print-fault-ribbon-out = 缺碳带。
    .remedy = 请装碳带，装好后自动打印。
print-fault-cover-open = 盖子打开。
    .remedy = 请合上，合上后自动打印。
print-fault-wrong-stock = 装的纸与设置不符。
    .remedy = 请换上正确的纸，或使用其他打印机。
print-fault-paused = 已暂停。
    .remedy = 请按打印机上的暂停键。
print-fault-offline = 连不上。
    .remedy = 请检查电源和线缆。恢复后自动打印，也可以使用其他打印机。
print-fault-no-answer = 没有应答。
    .remedy = 请检查纸、碳带、盖子和显示屏。
print-fault-not-ready = 未就绪。
    .remedy = 请看打印机的显示屏。
print-fault-refused = 拒绝了发送的内容。
    .remedy = 请使用其他打印机，并告知技术支持。
print-fault-may-be-printed = 打印中断。
    .remedy = 请看是否已有纸张打出。重新打印前请收回。
print-fault-no-printer = 本工作台已没有这台打印机。
    .remedy = 请在其他打印机上重新打印。
print-fault-unprintable = 打印机的语言无法表示此内容。
    .remedy = 请使用其他打印机，或手写。

print-label-from = 出发地
print-label-to = 目的地
print-label-issue = 打印次数
