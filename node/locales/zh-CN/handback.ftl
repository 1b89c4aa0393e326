### Giving a flight back to the host.

handback-title = 交还 { $flight }
handback-link = 交还主机
handback-figures = 三方数字
handback-base = 接管前主机
handback-ours = Apron
handback-theirs = 主机现在
handback-bags = 行李
handback-open = 待处理
handback-settled = 已处理
handback-agrees = 主机已一致
handback-lists = 接管前主机最后名单：{ $base }。主机现在的名单：{ $now }。
handback-no-list = 接管之后没有收到主机名单；接管前最后一份为 { $base }。请读入主机名单进行比对。
handback-list-coming = 另一工作台读入了主机名单，其中一部分仍在传来。
handback-unexplained = 数字差异大于下列差异。有的行无法读取，或名单不完整：请人工清点。
handback-do = 交还航班
handback-is-host = 本航班由离港主机操作，无需交还。
handback-begin-words = 主机恢复应答后：开始交还，读入主机名单，逐项处理差异，然后交还。
handback-begin = 开始交还
handback-supervisor = 由主管或值班主任开始和完成交还。
handback-finish = 交还离港主机
handback-finish-anyway = 带着未处理差异交还
handback-call-off = 取消交还
handback-read = 读入主机值机名单
handback-read-at = 名单时间（空：现在）
handback-read-text = CSV 格式的名单
handback-read-go = 读入名单
handback-differences = 差异，按录入顺序
handback-none = 与主机没有差异。
handback-right = 以谁为准
handback-right-apron = 以 Apron 为准。
handback-right-host = 以主机为准。
handback-right-nobody = 须有人核查。
handback-is-open = 待处理
handback-sent = 已发报
handback-keyed-in = 已录入主机
handback-accepted = 接受主机
handback-no-action = 不处理，须说明原因
handback-settled-by = { $how } { $time }，工号 { $staff }，{ $desk }
    .reason = { $how } { $time }，工号 { $staff }，{ $desk }：{ $reason }
handback-message-sent = 已发送 { $time }：{ $kind }，第 { $number } 号报文
handback-message-older = { $kind }（第 { $number } 号报文）已于 { $time } 发出，但较新的主机名单中仍未体现：请读入更新的名单，或另行处理。
handback-message-waiting = { $kind }（第 { $number } 号报文）将告知主机，正在等待发出
handback-message-unknown = { $kind }（第 { $number } 号报文）已发出，答复未知。请在发件箱中核查。
handback-message-refused = { $kind }（第 { $number } 号报文）被拒收。请在发件箱中查看。
handback-sequence = 登机序号 { $sequence }
handback-kind-guest = 仅一方有的旅客
handback-kind-booking = 订座
handback-kind-presence = 值机与登机
handback-kind-documents = 证件
handback-kind-bag = 行李
handback-kind-pieces = 行李件数
handback-ended = 自行结束
handback-agrees-so = 主机已一致
handback-unread = 主机名单中无法读取的行
handback-line = 行
handback-row-text = 原文
handback-row-fault = { $why ->
        [fields] 字段数与表头不符
        [quote] 引号未闭合
        [name] 没有姓名
        [locator] 不是订座编号
        [seat] 不是座位
        [sequence] 不是登机序号
        [status] 状态不在该承运人的对照表中
        [tag] 不是行李牌号
        [pieces] 不是行李件数
       *[other] 超出一行的容量
    }
handback-steps = 航班由谁操作
handback-step-taken = 接管
handback-step-begun = 开始交还
handback-step-called-off = 取消交还
handback-step-done = 已交还
handback-step-done-open = 已交还，{ $open } 项未处理
handback-holds = 有效
handback-over = 已结束
handback-sign = 录入并核对人：______________________ 工号：__________ 时间：________ 签名：______________________
