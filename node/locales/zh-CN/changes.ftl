### What happens to a flight: diverted, back, split, merged.

changes-title = { $flight } 的航班变更
changes-course = 1. 航班动向
changes-on-course = 航班正常执行。
changes-diverted = 备降 { $airport }
    .at = 备降 { $airport }，预计 { $time } 到达
changes-returned = { $after ->
        [air] 返航
       *[push-back] 推出后返回
    }，{ $place ->
        [ramp] 停在机坪
       *[gate] 停在登机口
    }
changes-continued = 继续执行
changes-onward-open = 尚不清楚旅客如何继续旅行。
changes-onward-coach = 旅客乘大巴继续旅行。
changes-onward-continues = 飞机载旅客继续飞行。
changes-said = { $time }，工号 { $staff } 在 { $desk }：{ $reason }
changes-differ = 各工作台说法不一：请查看冲突处理。
changes-said-before = 历次登记
changes-no-longer = 已不再有效
changes-continue = 继续执行
changes-back-head = 航班返回
changes-back = 登记返回
changes-place = 停放位置
changes-place-gate = 登机口
changes-place-ramp = 机坪
changes-after = 此前
changes-after-push-back = 已推出
changes-after-air = 已起飞
changes-divert-head = 航班备降
changes-divert = 登记备降
changes-airport = 机场
changes-expected = 预计到达
changes-onward = 旅客如何继续
changes-choose-open = 尚不清楚
changes-choose-coach = 乘大巴
changes-choose-continues = 飞机继续飞行
changes-leave = 2. 下机旅客
changes-aboard = 机上 { $count } 位旅客
changes-nobody-aboard = 机上没有旅客。
changes-scan = 扫描下机旅客
changes-scan-hint = 登机牌或登机序号。重新登机时重新计数。
changes-scanned = 下机
changes-leave-marked = 已勾选的旅客下机
changes-leave-mark = { $name } 下机
changes-connecting = 还要转乘的旅客
changes-no-connecting = 没有旅客转乘。
changes-move = 5. 旅客改乘其他航班
changes-move-to = 改至航班
changes-move-hint = 航班号，例如 CA1503。拆分航班时，这里未知的航班会新建。请勾选改乘的旅客。合并时不必勾选：全部改乘。
changes-move-day = 日期
changes-move-how = 原因
changes-how-split = 拆分：部分旅客改乘第二个航班
changes-how-merge = 合并：全部旅客改乘另一航班
changes-how-rebook = 个别旅客改签
changes-mark = 改签 { $name }
changes-look-at = 查看变化
changes-look = { $count } 位旅客改至 { $flight }。
changes-look-stay = 已减客，不改：{ $names }。
changes-do-move = 执行改乘
changes-col-seat-there = 新航班座位
changes-col-bags-off = 须卸下的行李
changes-keeps = { $seat }，保留
changes-not-kept = 已被占用
    .proposed = 已被占用；{ $seat } 空着
changes-no-seat = 尚无座位
changes-work = 3. 待办事项
changes-no-work = 没有待办事项。
changes-need-seat = 座位 { $seat } 无法保留
changes-need-tags = { $count } 件行李须换行李牌
changes-need-word = 请告知旅客并办理值机
changes-came-from = 来自 { $flight }
changes-seat-for = { $name } 的座位
changes-take-seats = 给出这些座位
changes-left-behind = 航班已合并，仍在本航班上的旅客
changes-bags-off = 已改乘旅客须卸下的行李
changes-traces = 4. 从本航班改出的旅客
changes-no-trace = 没有旅客从本航班改出。
changes-trace-to = { $flight }
    .gate = { $flight }，登机口 { $gate }
changes-trace-undone = 已撤销
changes-line = { $count } 位旅客：{ $from } 改至 { $to }
changes-not-a-flight = “{ $typed }”不是航班号。请填写例如 CA1503。
changes-not-a-day = “{ $typed }”不是日期。请填写例如 2026-11-22。
changes-not-an-airport = “{ $typed }”不是机场。请填写三字代码，例如 TSN。
changes-not-a-time = “{ $typed }”不是时间。请填写例如 14:20。
changes-bar = 航班变更：{ $words }
changes-because = { $words }：{ $reason }
changes-col-onward = 转乘航班
flag-moved = 由 { $flight } 改至本航班

beside-changes = 备降、返航、拆分、合并
beside-moved = { $count } 位改乘旅客有待办事项

coming-diverted = { $flight } 备降 { $airport }。
    .at = { $flight } 备降 { $airport }，预计 { $time } 到达。
coming-returned = { $flight } 已返回 { $station }。

reason-weather = 天气
reason-technical = 机务原因
reason-medical = 旅客突发疾病
reason-goodwill = 特殊照顾
reason-mobility-aid = 助行或医疗器具
reason-status-card = 会员卡权益
reason-operations = 运行部门要求
reason-too-small = 座位数不足
reason-cancelled = 航班不执行

command-does-divert = 登记航班备降机场
command-does-continues = 登记航班继续执行
command-does-split = 将旅客改至第二个航班
command-does-changes = 查看航班变更
command-no-airport = “{ $typed }”不是机场。
