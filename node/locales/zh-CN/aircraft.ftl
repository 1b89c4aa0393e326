### Another aircraft.

aircraft-title = { $flight } 的飞机
aircraft-cabin = 1. 客舱布局
aircraft-now = 现为：{ $map }
aircraft-now-list = 尚未指定客舱布局；座位以名单为准。
aircraft-map = 飞机座位
aircraft-map-hint = 每段相同的排写明舱位、排号和座位字母，再写没有的座位：C1-2/ACDF Y11-40/ABCHJK -11A
aircraft-look-at = 查看变化
aircraft-look = { $seats } 个座位。{ $moving ->
        [0] 所有旅客座位不变。
       *[other] { $moving } 位旅客须重新安排座位。
    }
aircraft-gone = 不再有的座位：{ $seats }。
    .more = 不再有的座位：{ $seats }，另有 { $count } 个。
aircraft-change = 更换飞机
aircraft-reseat = 2. 须重新安排座位的旅客
aircraft-all-seated = 所有旅客的座位机上都有。
aircraft-take-all = 接受全部建议
aircraft-take-hint = 有空位时同行旅客坐在一起。接受之前可更改座位。
aircraft-take = 接受
aircraft-take-for = 接受 { $name } 的座位
aircraft-seat-for = { $name } 的座位
aircraft-col-party = 同行
aircraft-col-from = 原座位
aircraft-col-to = 新座位
aircraft-no-seat = 没有空座
aircraft-not-there = 机上没有
aircraft-other-cabin = 在其他舱位
aircraft-passes = 3. 新登机牌
aircraft-no-pass = 没有待打印的新登机牌。
aircraft-no-printer = 本机没有登机牌打印机：请打开每张登机牌，打印网页。
aircraft-print-all = 全部打印
aircraft-print-for = 打印 { $name } 的登机牌
aircraft-open = 打开
aircraft-open-for = 打开 { $name } 的登机牌
aircraft-printed = 已打印
aircraft-printed-for = 已打印：{ $name }
aircraft-all-printed = 全部已打印
aircraft-sent = { $count } 张登机牌已发送到 { $printer }。
aircraft-sent-look = 请收回旧登机牌。各打印任务的情况见本机页面。
aircraft-sent-before = 此前已发送 { $count } 张登机牌。

reason-other-aircraft = 更换机型
reason-aircraft-fault = 飞机故障
