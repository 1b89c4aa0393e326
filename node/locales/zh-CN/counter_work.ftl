### 值机柜台工作区：问题、座位、协助、行李和速运行李牌。

counter-lately = 本柜台最近办理
counter-pass-selected = 已被选中复查
counter-pass-selected-words = 登机牌上有此标记。仅供工作人员：请在旅客证件处勾选。

# What stands in the way, one thing after the other.
problem-head = 问题 { $no }/{ $of }
problem-next = 下一个问题
problem-settle = 去处理
problem-documents-refused = 证件未被接受。
    .remedy = 请查验其他证件，或为旅客办理减客。
problem-conflict = 两个柜台对该旅客的记录不一致。
    .remedy = 请去处理：两份记录并排显示。
problem-off-list = 值机后，更改电报将该旅客移出名单。
    .remedy = 请询问航空公司。如属实，请办理减客。
problem-waits = 旅客正在候补座位。
    .remedy = 登机口按顺序给出空座。请旅客到登机口等候。
problem-documents-missing = 尚未查验证件。
problem-escort-missing = 未记录由谁送交这名儿童。
    .remedy = 请索取申请表，并记录送交人姓名。
problem-seat-gone = 座位 { $seat } 无法给出：已属其他旅客，或本机型没有该座位。
    .remedy = 请选择其他座位。
problem-seat-missing = 已值机，但没有座位。
    .remedy = 请选择座位。
problem-pass-due = 座位已更改，旅客仍持旧登机牌。
    .remedy = 请打印新登机牌并收回旧牌。
problem-bag-heavy = 行李 { $tag } 重 { $kg } 公斤，没有超重标签。
    .remedy = 请贴上标签并勾选，或请旅客重新分装。
problem-bag-without-destination = 行李 { $tag } 没有目的地。
    .remedy = 请输入行李牌上的最终机场。
problem-bag-without-routing = 行李 { $tag } 直挂至 { $to }，但没有后续航班。
    .remedy = 请输入后续航班。
problem-excess = 同行旅客的行李超出免费额：{ $excess }。
    .remedy = 请旅客付费并记下凭证号，或注明原因后免收。
excess-open = 处理逾重行李
excess-proof = 收据号或 EMD 号
excess-proof-hint = 切勿填写支付卡号
excess-paid = 已付费
excess-reason = 免收原因
excess-note = 补充说明
excess-waive = 免收
permission-waive-excess = 免收逾重行李费
command-does-excess = 记录同行旅客的逾重行李已付费，并注明凭证号

# The plan of seats.
seats-alone = 与其他柜台断开期间，本柜台从第 { $rows } 排给出座位。
seats-alone-none = 本柜台看不到其他柜台：同一座位可能被另一柜台给出。
seats-not-whole = 尚未指定机型：只显示已知有旅客的排号和字母。
seats-unknown = 这里不知道本机型的座位。请直接输入座位。
seats-plan = 座位图
seats-cabin = { $cabin } 舱
seats-row = 排
seats-own-row = 本柜台的排
seats-free = { $seat }，空
seats-theirs = { $seat }，该旅客现座位
seats-taken = { $seat }，已占用
seats-promised = { $seat }，尚未值机的旅客要求
seats-legend = 虚线座位为尚未值机的旅客所要求，打叉座位已占用，加框座位为该旅客现座位，圆点标出本柜台的排。
seats-list = 以列表显示空座
seats-row-free = 第 { $row } 排：{ $letters }
seats-none = 没有已知的空座。

# Help, and minors who travel alone.
care-open = 协助
care-head = 为 { $name } 安排协助
care-none = 尚未安排。
care-service = 服务
care-place = 旅客等候地点
care-order = 安排
care-cancel = 不需要
care-bags = 搬运行李
care-service-is = { $code }，{ $words }
care-ordered = { $service }：{ $time } 已安排
care-assigned = { $service }：{ $who } 协助，{ $time } 已指派
care-picked-up = { $service }：{ $time } 已接到旅客
care-handed-over = { $service }：{ $time } 已交接
care-at = { $said }，地点 { $place }
care-handed-label = 送交人
care-handed-hint = 送交儿童者的姓名，与其证件一致。
care-handed-go = 记录
care-handed-by = 由 { $name } 送交

# Bags.
bag-own-tag-hint = 请扫描，或输入十位数字，或输入印刷号码，例如 MU 123456。备用行李牌和其他航空公司的行李牌也可以。
bag-to = 目的地
bag-onward = 后续航班
bag-onward-hint = 例如 MU5101 JFK，DL42 BOS。
bag-onward-listed = 名单上：{ $legs }。
bag-gate = 登机口收运
bag-is-heavy = 超重标签
bag-is-gate = 登机口行李
bag-goes-on = 转 { $flight } 至 { $to }
bag-correct = 更正
bag-correct-head = 更正行李 { $tag }
bag-correct-go = 保存行李
bag-tags-left = 行李牌号段：剩余 { $left }。
bag-tags-few = 请向值班经理申请新号段，或到其他柜台挂牌。
not-an-airport = “{ $typed }”不是机场。请输入三字代码，例如 PEK。
not-onward = “{ $typed }”不是后续航班。请逐段输入航班和机场，例如 MU5101 JFK。

# Rush tags.
rush-head = 速运行李牌
rush-flight = 运送行李的航班
rush-reason = 行李不随旅客的原因
rush-go = 挂速运行李牌
