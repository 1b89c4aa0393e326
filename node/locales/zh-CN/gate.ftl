### Boarding.

gate-title = 登机口 { $gate }，{ $flight }
gate-scan-label = 扫描，或输入登机序号、座位、姓名
gate-board = 登机
gate-close = 关闭航班
gate-answer = 上一次扫描的结果
gate-which = 哪位旅客？
gate-un-board = 撤销登机
gate-bags-to-unload = 待卸行李
gate-last-scans = 本机最近的扫描
gate-undo = 撤销
gate-no-scan = 还没有扫描。
gate-not-boarded = 未登机
gate-no-list = 还没有 { $flight } 的旅客名单。
gate-guests-not-boarded = 未登机旅客
gate-board-guest = 登机 { $name }
gate-offload-guest = 减客 { $name }

# On a small button: take the guest off the flight.
gate-off = 减客
gate-newest-first = 最新的在前
gate-nobody = 还没有旅客登机。
gate-guests-boarded = 已登机旅客
gate-un-board-guest = 撤销登机 { $name }
gate-word-closed = 航班已关闭
gate-word-host = 由离港主机操作
gate-word-ready = 可以扫描

# The answer to a scan, legible at arm's length.
gate-word-board = 请登机
gate-word-board-seat = 请登机 { $seat }
gate-word-go-on = 请继续
gate-word-stop = 停止
gate-word-which = 哪一位？
gate-anyway = 照常登机
gate-word-other-gate = 登机口不符
gate-standby = 等候座位
gate-clear = 给座位
gate-clear-guest = 给 { $name } 座位
gate-clear-not = 没有给出座位
gate-passed-over = 曾被越过：{ $reason }。

# Before a reason: why somebody else is given a seat first.
gate-why-first = 为何先于他人
gate-who = { $name }
    .sequence = { $name }，登机序号 { $sequence }
    .infant = { $name }，携带婴儿
    .infant-named = { $name }，携带婴儿 { $infant }
    .sequence-infant = { $name }，登机序号 { $sequence }，携带婴儿
    .sequence-infant-named = { $name }，登机序号 { $sequence }，携带婴儿 { $infant }
gate-waiting-listed = 未值机
gate-waiting-offloaded = 已减客
gate-counts-wrong = 数字不相符：已值机 { $checked }，已登机 { $boarded }，未到 { $missing }。请清点人数，并报告值班主任。
gate-read-only-host = { $flight } 由离港主机操作。Apron 接管之前，这里不作任何更改。
gate-read-only-closed = { $flight } 已关闭。如仍需更改，请在关闭页面重新打开。
gate-alone = 仅为本登机口的数字：连接不上 { $desk }，待其恢复后补齐。
    .several = 仅为本登机口的数字：连接不上 { $desks }、{ $last }，待其恢复后补齐。
gate-un-board-head = 撤销登机 { $name }，座位 { $seat }
gate-un-board-words = 旅客下机，值机保留。
gate-take-over = 接管 { $flight }
gate-take-over-words = 所有工作台都会看到 { $flight } 由 Apron 操作。请不要同时在离港主机操作。
gate-offload-head = 减客 { $name }
gate-offload-words = 旅客将从航班减下。{ $bags ->
        [0] 该旅客没有行李。
       *[other] 之后须卸下其 { $bags } 件行李。
    }
