### What is done at a gate beside boarding: one guest, minors, security, what stands beside the counts.

# A sentence behind the desks that are out of reach.
gate-alone-since = 上次联系时间为 { $time }。
gate-silent = 未收到扫描器信号：自 { $time } 起本机没有读到登机牌。
    .never = 未收到扫描器信号：本机的登机均为手工输入。
gate-silent-test = 测试
gate-bags = 行李
gate-beside = 其他情况
gate-problems = { $count } 项待处理
gate-word-selected = 停止：安检
gate-sign-head = 无陪儿童签字
gate-check-head = 安全检查
no-list-import = 导入名单
no-list-ask = 查看邻近工作台
no-list-type = 手工录入旅客
no-list-first = Apron 接管该航班之后才能手工录入旅客。

beside-aircraft = 机型：{ $seats } 座
beside-aircraft-change = 更换飞机
beside-passes = { $count } 张新登机牌待打印
beside-reseat = { $count } 位旅客须重新安排座位
beside-minors = 无陪儿童已登机：{ $aboard } / { $count }
beside-help = 协助：前往 { $coming }，等候 { $waiting }
beside-selected = 须安检：{ $count }，未完成 { $open }
beside-bags = 登机口行李：{ $count }{ $heavy ->
        [0] { "" }
       *[other] ，超重 { $heavy }
    }
beside-manifest = 旅客舱单
beside-list = 名单 { $time }

settle-selected = { $name } 登机前须接受安检。
settle-documents = { $name } 的证件未被接受：请重新查验，或减客。
settle-off-list = 更改电报在值机后将 { $name } 移出名单：请减客，或询问航空公司。
settle-no-seat = { $name } 已值机，没有座位。
settle-new-pass = { $name } 座位已变更，登机牌仍是旧的。
settle-not-signed = 无陪儿童 { $name } 已登机，乘务组尚未签字。
settle-not-handed = 尚未记录无陪儿童 { $name } 由谁送来。
settle-nobody-helps = 还没有人前往协助 { $name }。

panel-problem = { $number } / { $of }：{ $words }
panel-facts = 登机序号 { $sequence }，{ $standing }
panel-next = 下一项
panel-counter = 到值机柜台
panel-close = 关闭
panel-seat = 给座位
panel-bag = 收行李
panel-bag-head = 登机口行李
panel-new-pass = 新座位 { $seat }，请打印
panel-print-pass = 打印登机牌
panel-print-tag = 打印行李牌
panel-selected = 须安检：检查后方可登机。
panel-checked = 已检查，可以登机。
bag-heavy = 超重
gate-bag-mark = 登机口收运

security-title = 安检
security-who = 检查人
security-checked = 记录检查
security-board = 已检查，登机
security-select = 须接受安检
flag-sel = 该旅客登机前须接受安检
flag-bags = 有人协助提行李

minors-title = { $flight } 的无陪儿童
minors-aboard = 已登机：{ $aboard } / { $count }
minors-unsigned = 缺 { $count } 个签字
minors-none = 该航班没有无陪儿童。
minor-name = 姓名
minor-hand = 已送交
minor-sign = 已签收
minor-signs = 乘务组签收人
minor-handed-by = 送交人
minor-signed-by = 接收人（乘务组）
minor-nobody-yet = 还没有
minor-handed = 由 { $name } 送交。
minor-not-handed = 尚未记录由谁送交。
minor-signed = 乘务组 { $name } 已签收。
minor-not-signed = 乘务组尚未签收。

closing-gate-bags = 登机口收运的行李

command-which-help = 旅客 { $typed } 没有未完成的协助，或不止一项。请指明，如 pickup 42 WCHR。
command-does-guest = 显示一位旅客及可做的事项
command-does-reseating = 显示须重新安排座位的旅客
command-does-reseat-all = 接受全部座位建议
command-does-reseat = 为一位旅客重新安排座位
command-does-gate-bag = 在登机口收行李
command-does-handed = 记录无陪儿童的送交人
command-does-signed = 记录乘务组签收人
command-does-assign = 指派协助人员
command-does-pick-up = 已接到旅客
command-does-hand-over = 已交接旅客
command-does-no-help = 不需要协助
command-does-checked = 记录检查人
command-does-minors = 显示航班的无陪儿童
command-does-assistance = 显示须协助的旅客

permission-note-security = 记录须安检的旅客和检查结果

# What the rules say.
refusal-selected-for-check = { $name } 须接受安检。
    .remedy = 请通知安检。检查后在此记录检查人，再登机。
todo-selected-aboard = { $name } 已登机：请其下机并通知安检。
done-note-security = { $outcome ->
        [selected] { $name } 须接受安检。
       *[checked] { $name } 已接受安检。
    }
trouble-no-list = 这里没有 { $flight } 的旅客名单。
    .remedy = 请在“报文”页导入名单。如其他工作台有名单，与其连通后会自动传来。
