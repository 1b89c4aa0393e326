### 登机口广播与叫号。

calls-title = { $flight } 登机广播
calls-open = 广播
calls-call = 呼叫
calls-rows-head = 按排呼叫
calls-rows = 排
calls-zone = 分区（可选）
calls-call-rows = 按排呼叫
calls-called = 已呼叫
calls-nobody-yet = 尚未呼叫任何旅客。
calls-whom = 对象
calls-times = 次数
calls-missing = 未登机
calls-back = 撤回
calls-back-of = 撤回呼叫：{ $whom }
calls-names-head = { $count ->
    [0] 没有缺席旅客
   *[other] { $count } 位旅客未登机
}
calls-names-done = 以上旅客已点名呼叫
calls-nobody-missing = 已值机旅客全部登机。
calls-too-many = 未登机旅客超过 60 位：请先分批呼叫。人数减少后再点名。
calls-called-at = 点名时间
calls-not-called = 尚未
call-priority = 优先旅客
call-cabin = { $cabin } 舱
call-rows = 第 { $from } 至 { $to } 排
call-zone = { $zone } 区，第 { $from } 至 { $to } 排
call-all = 全体旅客
call-final = 最后一次登机广播
call-names = 点名
call-line = { $whom }，{ $time } 呼叫：{ $count } 位未登机
call-read-before = 前往 { $to } 的 { $flight } 航班即将关闭舱门，请以下旅客：
call-read-after = 立即前往 { $gate } 号登机口登机。这是最后一次广播。
    .no-gate = 立即前往登机口登机。这是最后一次广播。
flight-final = 最后登机广播
command-does-call = 按排呼叫登机
command-does-call-group = 呼叫优先旅客、某一舱位或全体旅客
command-does-final = 最后一次登机广播
command-does-names = 显示未登机旅客名单供广播
command-does-undo = 撤销您在本台最近一次可撤销的操作（会先确认）
command-nothing-to-undo = 您在本台最近的操作均无法撤销。请查看本台最近操作，或请主管处理。
command-no-call = 无法呼叫 { $typed }。请输入 call 21-30、call priority、call C 或 call all。
