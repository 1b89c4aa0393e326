### What the rules say. English stands in the rules themselves (schemas/src and node/src), so there is no such file in en/.
### refusal-<code> or refusal-<code>-<variant>: what is the matter; .remedy: what to do now.

at-time-at-desk = { $time } 在 { $desk }
excess-kg = { $kg } 公斤
excess-pieces = { $pieces } 件
excess-both = { $pieces } 件、{ $kg } 公斤

## Refusals: flight and guest

refusal-flight-not-known = 这里没有 { $flight } 的旅客名单。
    .remedy = 请导入名单，或等待邻近工作台传来。
refusal-worked-in-host = { $flight } 仍由离港主机操作。
    .remedy = 请先接管该航班。
refusal-worked-in-host-differences = { $flight } 由离港主机操作。
    .remedy = 无需处理差异。
refusal-handing-back = { $flight } 正在交还离港主机。
    .remedy = 请在交还后到离港主机操作，或先取消交还。
refusal-not-handing-back = { $flight } 并未在交还。
    .remedy = 请重新查看航班：其他工作台可能已更改。
refusal-host-list-needed = { $flight } 接管之后没有收到主机名单。
    .remedy = 请先读入主机名单，或由主管在没有名单的情况下交还。
refusal-differences-open = { $flight } 还有 { $count } 项差异未处理。
    .remedy = 请逐项处理，或由主管说明原因后照常交还。
refusal-difference-gone = 该差异已不存在。
    .remedy = 请重新查看列表：数值已变，或主机已一致。
refusal-flights-not-named = 给出了 { $count } 个航班。
    .remedy = 请给出本站 1 到 200 个航班。
refusal-columns-not-known = 这里没有 { $carrier } 的列对照表。
    .remedy = 请另选一个，或在 column_maps 指定的文件中加入该对照表。
refusal-host-list-not-read = 在名单开头几行没有找到列标题。
    .remedy = 请与该承运人的列对照表核对，更正文本后重新处理。
refusal-host-list-not-read-none = 名单中没有可读取的旅客。
    .remedy = 请与该承运人的列对照表核对，更正文本后重新处理。
refusal-host-list-not-read-rows = 名单中超过 100 行无法读取。
    .remedy = 请与该承运人的列对照表核对，更正文本后重新处理。
refusal-host-list-not-read-twice = 名单表头中有一列出现两次。
    .remedy = 请与该承运人的列对照表核对，更正文本后重新处理。
refusal-host-list-time = { $time } 尚未到，或过于久远。
    .remedy = 请给出主机生成名单的时间。
refusal-host-list-time-typed = 这不是时间。
    .remedy = 请给出时和分，例如 10:31。
refusal-too-many-host-lists = { $flight } 已读入 500 份主机名单。
    .remedy = 请减少读入次数。
refusal-list-too-long-host = 主机名单超过 512 KiB。
    .remedy = 请确认这是一个航班的名单。
refusal-list-too-long-guests = 主机名单超过 1,000 位旅客。
    .remedy = 请确认这是一个航班的名单。
refusal-waits-for-list-host = { $flight } 在这里尚未知；主机名单等待其旅客名单。
    .remedy = 请先导入旅客名单（PNL）。
refusal-flight-closed = { $flight } 已关闭（{ $when }）。
    .remedy = 如仍需更改，请重新打开航班。
refusal-flight-open = { $flight } 处于打开状态。
    .remedy = 请继续处理该航班。
refusal-already-taken-over = { $flight } 已由 { $by } 接管（{ $when }）。
    .remedy = 请继续处理该航班。
refusal-wish-missing = 不清楚旅客的要求。
    .remedy = 请填写旅客希望的航班，或用文字说明。
refusal-already-asked = 已为 { $name } 提出过相同的申请。
    .remedy = 请查看其进展；如要求不同，请说明不同之处。
refusal-too-many-requests = { $name } 已有 { $count } 项申请。
    .remedy = 请直接联系航空公司。
refusal-message-not-known = 这里没有 { $flight } 的这份报文。
    .remedy = 请重新查看发件箱。
refusal-message-sent = 接收方已有这份报文。
    .remedy = 无需处理。
refusal-message-waits = 这份报文正在等待，会自动发出。
    .remedy = 无需处理。
refusal-message-cancelled = 这份报文已取消。
    .remedy = 如需发出，请重新发送。
refusal-too-many-answers = 一次给出的答复超过 99 项。
    .remedy = 请分批给出。
refusal-guest-not-known = 这里不知道该旅客。
    .remedy = 请重新查找旅客；名单可能已变更。
refusal-guest-not-known-off-list = 变更报文已将该旅客移出名单。
    .remedy = 请重新查找旅客；名单可能已变更。
refusal-nothing-to-set = 没有给出登机口或时间。
    .remedy = 请给出登机口、计划起飞或预计起飞时间。

## Refusals: boarding

refusal-guest-not-named = 不清楚是哪位旅客登机。
    .remedy = 请扫描登机牌。
refusal-guest-not-named-one = 不清楚是哪位旅客登机。
    .remedy = 请扫描登机牌，或给出姓名、登机序号、座位之一。
refusal-not-aboard = { $name } 未登机。
    .remedy = 没有需要撤销的操作。
refusal-offloaded = { $name } 已被减客。
    .remedy = 请旅客前往值机柜台。
refusal-offloaded-already = { $name } 已经减客。
    .remedy = 请继续处理行李。
refusal-offloaded-again = { $name } 已被减客。
    .remedy = 请先重新办理值机。
refusal-not-checked-in = { $name } 在这里未值机。
    .remedy = 请扫描旅客的登机牌，或先办理值机。
refusal-not-checked-in-early-pass = { $name } 的登机牌是值机前打印的。
    .remedy = 请先为旅客办理值机。
refusal-not-checked-in-take-back = { $name } 未值机。
    .remedy = 无需撤销。
refusal-not-checked-in-no-show = { $name } 未值机。
    .remedy = 请按未到旅客处理。
refusal-standby = { $name } 为候补旅客，尚未放行。
    .remedy = 请旅客等候，直到叫到候补旅客。
refusal-standby-rank = { $name } 为候补旅客（{ $rank }），尚未放行。
    .remedy = 请先为其他旅客值机；之后由值班主任依次放行候补旅客。
refusal-already-boarded = { $guest } 已登机（{ $when }）。
    .remedy = 请核对登机牌是谁的，并查找同名的其他旅客。
refusal-already-boarded-aboard = { $guest } 已登机。
    .remedy = 请核对登机牌是谁的，并查找同名的其他旅客。
refusal-flight-stands = { $flight } 备降 { $airport }：{ $reason }。
    .remedy = 在有人确认航班继续执行之前，请勿让任何旅客登机。
refusal-flight-stands-back = { $flight } 已返回：{ $reason }。登机暂停。
    .remedy = 在有人确认航班继续执行之前，请勿让任何旅客登机。
refusal-flight-stands-closing = { $flight } 已返回，停在本站。
    .remedy = 请先确认航班继续执行，让下机的旅客重新登机，再关闭航班。
refusal-not-a-diversion = { $flight } 本来就飞往 { $airport }。
    .remedy = 请填写实际备降的机场。
refusal-not-a-diversion-home = { $flight } 就是从 { $airport } 出发的。
    .remedy = 请改为登记返航，并说明停放位置。
refusal-on-course = { $flight } 正常执行。
    .remedy = 没有需要取消的内容。
refusal-moved-away = { $name } 已改至 { $flight }。
    .remedy = 请旅客前往该航班；本航班的登机牌已失效。
refusal-moved-away-gate = { $name } 已改至 { $flight }，登机口 { $gate }。
    .remedy = 请旅客前往该航班；本航班的登机牌已失效。
refusal-guest-not-known-moved = { $name } 已不在本航班上。
    .remedy = 请重新查找：有人已将该旅客改到别的航班。
refusal-old-pass = { $name } 由 { $flight } 改至本航班；这是旧登机牌。
    .remedy = 请旅客出示新登机牌，或按姓名登机。
refusal-old-pass-not-checked-in = { $name } 由 { $flight } 改至本航班，尚未在此值机。
    .remedy = 请为旅客值机，并给新登机牌。
refusal-do-not-load-moved = 行李 { $tag } 的旅客已不乘坐 { $flight }。
    .remedy = 请勿装机。请另放，交行李查询柜台。
refusal-same-flight = { $flight } 就是本航班。
    .remedy = 请填写旅客改乘的航班。
refusal-move-elsewhere = { $flight } 不是本承运人从本站出发的航班。
    .remedy = 请向订座系统提出变更，或联系该承运人的员工。
refusal-move-too-far = { $flight } 不在可选的日期内。
    .remedy = 请选择今天起两周内的航班。
refusal-move-aboard = { $flight } 上有 { $count } 位旅客在机上。
    .remedy = 请先请他们下机：下机时逐一扫描。
refusal-move-too-many = 选了 { $count } 位旅客。
    .remedy = 一次最多改 360 位，其余再改。
refusal-too-many-guests = 给出的旅客超过 900 位。
    .remedy = 请给出一个航班的旅客。
refusal-wrong-gate = { $flight } 在登机口 { $gate } 登机，这里是登机口 { $here }。
    .remedy = 请 { $name } 前往登机口 { $gate }；如飞机就在这里，可照常登机。
refusal-documents-refused = { $name } 的证件未被接受。
    .remedy = 请重新查验并记录，或将旅客留下。
refusal-wrong-flight = 此登机牌是 { $number } 自 { $from } 至 { $to }；这里登机的是 { $flight }。
    .remedy = 请旅客前往 { $number } 的登机口。
refusal-wrong-flight-none = 此登机牌没有航班号。
    .remedy = 请旅客前往值机柜台。
refusal-wrong-flight-booked-on = { $name } 订的是 { $flight }。
    .remedy = 请旅客前往该航班的登机口。
refusal-wrong-date = 此登机牌不是今天的；这里登机的是 { $flight }。
    .remedy = 请旅客前往值机柜台。
refusal-pass-of-another = 此登机牌是 { $name } 的，不是 { $other } 的。
    .remedy = 请核对登机牌与旅客后再次扫描。
refusal-pass-not-read = 无法读取为登机牌：“{ $seen }”。
    .remedy = 请再次扫描，或输入登机序号、座位、姓名。
refusal-receipt = 这是 { $name } 的行程单，不是登机牌。
    .remedy = 请旅客出示登机牌，或前往值机柜台。
refusal-not-on-list = { $name } 不在 { $flight } 的名单上。
    .remedy = 请与旅客核对姓名和航班，再请旅客前往值机柜台。
refusal-not-on-list-infant = { $flight } 的名单上没有旅客携带婴儿 { $name }。
    .remedy = 请扫描同行成人的登机牌核对，再请其前往值机柜台。
refusal-infant-with-adult = 婴儿 { $name } 随 { $guests } 登机。
    .remedy = 请扫描成人的登机牌。
refusal-locator-differs = { $name } 在名单上，但记录编号不是 { $locator }。
    .remedy = 请将旅客的订座与名单核对后选择旅客。
refusal-same-name = { $flight } 上有 { $count } 位旅客与 { $name } 相符。
    .remedy = 请将记录编号和座位与登机牌核对后选择旅客。
refusal-sequence-not-known = { $flight } 上没有旅客持登机序号 { $sequence }。
    .remedy = 请扫描旅客的登机牌，或按姓名查找。
refusal-seat-not-known = { $flight } 上没有旅客持座位 { $seat }。
    .remedy = 请扫描旅客的登机牌，或按姓名查找。
refusal-several-guests = 有 { $count } 位旅客符合“{ $typed }”。
    .remedy = 请选择旅客，或多输几个字母。
refusal-several-guests-hold = 有 { $count } 位旅客持有。
    .remedy = 请选择旅客，并在冲突列表中处理。
refusal-bag-tag = { $tag } 是行李牌，不是登机牌。
    .remedy = 请扫描旅客的登机牌。
refusal-nobody-found = { $flight } 上没有旅客符合“{ $seen }”。
    .remedy = 请扫描登机牌，或输入登机序号、座位、姓名。

## Refusals: check-in and seats

refusal-nobody-chosen = 没有选择旅客。
    .remedy = 请至少勾选一位旅客。
refusal-party-too-large = 选择了超过 99 位旅客。
    .remedy = 请分批办理值机。
refusal-too-many-called = 点名旅客超过 60 位。
    .remedy = 请呼叫全体旅客，或减少点名人数。
refusal-called-as-group = 呼叫一组旅客时不列姓名。
    .remedy = 请改为点名，或不要列出旅客。
refusal-not-called = { $flight } 没有呼叫过这一组旅客。
    .remedy = 无需撤回。
refusal-call-not-read = 无法呼叫“{ $typed }”。
    .remedy = 请输入排号，例如 21-30，以及分区，例如 2。
refusal-guest-twice = { $name } 被选择了两次。
    .remedy = 每位旅客只勾选一次。
refusal-two-flights = 这些旅客不在同一航班。
    .remedy = 请每次只办理一个航班的旅客。
refusal-already-checked-in = { $name } 已值机，座位 { $seat }，登机序号 { $sequence }。
    .remedy = 请不选该旅客、更换座位，或重新打印登机牌。
refusal-not-cleared = { $name } 不在任何名单上，尚未放行。
    .remedy = 请先放行该旅客并给出座位。
refusal-guest-on-list = { $name } 在 { $flight } 上已有记录。
    .remedy = 请继续处理该旅客。
refusal-guest-on-list-clear = { $name } 在名单上。
    .remedy = 请办理值机，或按候补旅客放行。
refusal-ticket-needed = 没有凭据表明 { $name } 已订座。
    .remedy = 请给出票号或订座编码；两者都没有的旅客属于 go-show。
refusal-ticket-not-read = 这不是客票号码。
    .remedy = 请给出 13 位数字；如知道航段号，写在斜线后。
refusal-name-not-usable = “{ $name }”不能写在名单或登机牌上。
    .remedy = 请按护照用大写字母书写，姓在前：LI/NA。
refusal-destination-needed = 不清楚旅客乘 { $flight } 到哪里。
    .remedy = 请给出其中之一：{ $known }。
refusal-destination-needed-rush = 速运行李必须有到达站。
    .remedy = 请给出该行李的最后一站。
refusal-not-waiting = { $name } 不在候补之列。
    .remedy = 请照常办理值机。
refusal-standby-ahead = { $first } 排在 { $name } 之前。
    .remedy = 请放行前者，或逐一说明为何越过排在前面的旅客。
refusal-nobody-waits = { $flight } 没有候补旅客。
    .remedy = 请继续处理该航班。
refusal-too-many-at-once = 给出了 { $count } 项。
    .remedy = 最多 { $limit } 项。
refusal-too-many-seats = 给出了 900 个以上的座位。
    .remedy = 请只给出一个航班的旅客。
refusal-seat-not-there = 本机没有座位 { $seat }。
    .remedy = 请选择机上有的座位。
refusal-guest-twice-seats = 有旅客得到了两个座位。
    .remedy = 每位旅客只勾选一次。
refusal-service-not-known = 这不是服务代码。
    .remedy = 请用大写字母：WCHR、WCHS、WCHC、MAAS、BLND、DEAF、UMNR、BAGS。
refusal-already-ordered = 已为 { $name } 预订 { $service }。
    .remedy = 请指派人员。
refusal-not-ordered = 没有为 { $name } 预订 { $service }。
    .remedy = 请先预订。
refusal-helper-missing = 没有给出由谁协助。
    .remedy = 请给出工号或姓名。
refusal-no-excess = { $name } 及同行旅客的行李未超出免费额，或已处理。
    .remedy = 请再次核对同行旅客的行李。
refusal-excess-differs = { $name } 及同行旅客的逾重行李为 { $excess }。
    .remedy = 处理数额不得多于此数；行李可能已有变动。
refusal-excess-missing = 未说明逾重多少。
    .remedy = 请填写件数、公斤数，或两者。
refusal-excess-two-words = 逾重行李{ $how ->
        [paid] 已付费时不填原因
       *[other] 免收时不填号码
    }。
    .remedy = 请删去。
refusal-proof-not-read = 这不是收据号。
    .remedy = 请填写字母、数字和连字符。
refusal-card-number = 这像是支付卡号，卡号一律不得记录。
    .remedy = 请填写收据号或 EMD 号。
refusal-number-in-note = 备注中有类似证件号码的数字。
    .remedy = 请删去号码。
refusal-authority-needed = 未经当局许可，不得前往 { $to }。
    .remedy = 请致电当局，或请旅客等候。
refusal-supervisor-needed = 未能询问 { $to } 当局。
    .remedy = 须由主管放行该旅客。
refusal-seat-taken = 座位 { $seat } 已给 { $guest }。
    .remedy = 请选择其他座位，或先为该旅客换座位。
refusal-seat-twice = { $first } 和 { $other } 选了同一座位 { $seat }。
    .remedy = 请为每位旅客选择不同的座位。
refusal-same-seat = { $name } 已在座位 { $seat }。
    .remedy = 请选择其他座位。
refusal-seat-needed = 此项选择需要另一个座位。
    .remedy = 请给出座位。
refusal-seat-needed-clear = { $name } 需要座位。
    .remedy = 请给出座位；就这里所知空闲：{ $seat }。
refusal-not-a-seat = “{ $typed }”不是座位。
    .remedy = 请输入排号和字母，例如 14C。
refusal-sequences-used-up = 本机在该航班的登机序号已用完（{ $from } 至 { $to }）。
    .remedy = 请在其他工作台值机，或请值班主任分配更大的号段。

## Refusals: bags and reports

refusal-weight-out-of-range = { $kg } 公斤不是一件行李的重量。
    .remedy = 每件行李请给出 1 至 99 公斤。
refusal-bag-not-clear = 不清楚是谁的行李。
    .remedy = 请给出旅客；没有旅客的行李请给出航班和原因（速运）。
refusal-bag-not-clear-rush = 速运行李没有随行旅客。
    .remedy = 请给出航班和到达站，不要给出旅客。
refusal-tag-in-use = 行李牌 { $tag } 在 { $owner } 的行李上。
    .remedy = 请再次读取行李牌，或换新牌。
refusal-tag-in-use-other-bag = 行李牌 { $tag } 在另一件行李上。
    .remedy = 请再次读取行李牌，或换新牌。
refusal-routing-differs = 行李牌到 { $destination }，而最后一个航班到 { $last }。
    .remedy = 请给出直到到达站的后续航班。
refusal-pool-of-another-flight = { $name } 在另一航班上。
    .remedy = 只能合并同一航班的行李。
refusal-pool-has-head = { $name } 的行李已并入 { $head } 名下。
    .remedy = 请将行李并入 { $head } 名下。
refusal-bag-not-known = 这里不知道行李 { $tag }。
    .remedy = 请再次扫描，并说明是哪个航班。
refusal-bag-not-known-on-flight = 行李 { $tag } 不在 { $flight } 上。
    .remedy = 请再次扫描行李牌。
refusal-bag-not-known-withdraw = { $flight } 上不知道行李 { $tag }，无法拉下。
    .remedy = 如果添加该行李的报文随后到达，请在其后重新处理本报文；否则作废。
refusal-print-not-named = 不清楚要打印什么。
    .remedy = 请指明一位旅客或一个行李牌，二者之一。
refusal-no-pass = { $name } 没有登机牌：未值机，或姓名无法打印。
    .remedy = 请先为该旅客值机，或手写登机牌。
refusal-flight-needed = 行李 { $tag } 同时在 { $flights } 上。
    .remedy = 请说明是哪个航班。
refusal-flight-needed-message = 行李 { $tag } 在多个航班上，报文没有说明是哪个。
    .remedy = 请补上航班行（.F）后重新处理。
refusal-do-not-load = 行李 { $tag } 的旅客已从 { $flight } 减客。
    .remedy = 请勿装机。请另放，交行李查询柜台。
refusal-do-not-load-closed = { $flight } 已关闭，行李 { $tag } 的旅客未登机。
    .remedy = 请勿装机。请另放，交行李查询柜台。
refusal-already-unloaded = 行李 { $tag } 已勾选卸下（{ $when }）。
    .remedy = 请继续处理下一件行李。
refusal-guest-aboard = 行李 { $tag } 的旅客已登机。
    .remedy = 请保留该行李，或先将旅客减客。
refusal-bags-to-unload = 有 { $count } 件行李的旅客未登机：{ $tags }。
    .remedy = 请逐件卸下并勾选，或让旅客登机，然后关闭航班。
refusal-carrier-without-number = 这里不知道 { $carrier } 的三位行李牌号码。
    .remedy = 请使用航空公司打印的行李牌，并请值班主任补充该号码。
refusal-tags-used-up = 本机的行李牌号已用完（{ $from } 至 { $to }）。
    .remedy = 请在其他工作台办理行李，或请值班主任分配新号段。
refusal-tag-not-made = 无法生成行李牌：{ $error }
    .remedy = 请值班主任分配六位数的号段。
refusal-files-used-up = 本机的案卷号已用完。
    .remedy = 请在其他工作台受理，或请值班主任分配新号段。
refusal-files-used-up-error = 无法生成编号：{ $error }
    .remedy = 请在其他工作台受理，或请值班主任分配新号段。
refusal-no-baggage-desk = 本节点不属于任何航站，案卷没有编号可用。
    .remedy = 请在航站的工作台受理。
refusal-no-baggage-desk-date = 今天的日期不能用来保存案卷。
    .remedy = 请在航站的工作台受理。
refusal-no-baggage-desk-airline = 没有可用于编号的航空公司。
    .remedy = 请在航站的工作台受理。
refusal-case-exists = 该记录已受理。
    .remedy = 请从列表中打开。

## Refusals: conflicts

refusal-conflict-not-known = 此项不再需要处理：已处理，或有了新情况。
    .remedy = 请重新查看冲突列表。
refusal-already-settled = { $by } 已于 { $time } 在 { $desk } 处理。
    .remedy = 请继续处理下一项。
refusal-choice-not-known = “{ $choice }”不是可选项。
    .remedy = 请选择其一：{ $known }。

## Refusals: messages

refusal-list-too-long = 名单超过 1,500 位旅客。
    .remedy = 请确认这是一个航班的名单。
refusal-list-too-long-bytes = 名单超过 512 KiB。
    .remedy = 请逐部分导入。
refusal-message-too-long = 报文超过 512 KiB。
    .remedy = 请逐部分导入。
refusal-list-not-read = 报文无法读取：{ $error }
    .remedy = 请按原样重发，或更正该行。
refusal-list-not-read-flight = 航班行无法读取：{ $error }
    .remedy = 请检查报文的航班行。
refusal-list-cut-off = 名单不完整：没有 END{ $kind } 或 ENDPART 行。
    .remedy = 请重新发送整份报文。
refusal-list-of-another-station = 此报文属于 { $other }，本机在 { $station }。
    .remedy = 请在该站导入。
refusal-message-not-used = { $kind } 类报文在这里不产生更改；PNL、ADL、BSM、BPM、MVT 才会。
    .remedy = 请交给处理该报文的人，并在这里作废。
refusal-message-cut-off = 报文不完整：没有 END{ $kind } 行。
    .remedy = 请重新发送整份报文。
refusal-tag-not-read = “{ $tag }”不是带件数的行李牌。
    .remedy = 请更正该行，或请发报方重发。
refusal-too-many-bags = 报文中的行李超过 2,000 件。
    .remedy = 请检查行李牌后的件数。
refusal-flight-not-read = 航班无法读取：{ $error }
    .remedy = 请更正航班行。
refusal-movement-not-read = 动态报文没有可读取的时间或延误。
    .remedy = 请更正各行，或请发报方重发。
refusal-no-flight-out = 报文没有说明行李离港的航班。
    .remedy = 如果行李在此到达终点，无需处理，作废即可；否则请发报方重发。
refusal-no-custody = 报文没有说明对行李做了什么：没有可识别的 .J 行。
    .remedy = 请更正 .J 行，或作废该报文。
refusal-no-custody-place = 报文称行李为 { $code }，这不是行李途中的位置。
    .remedy = 请查看行李，并作废该报文。
refusal-time-not-read = “{ $date }/{ $time }”不是 22NOV/134500L 这样的时间。
    .remedy = 请更正 .J 行后重新处理。
refusal-waits-for-list = 这里还不知道 { $flight }；报文等待其名单。
    .remedy = 请先导入该航班的名单（PNL）。
refusal-waits-for-list-change = { $flight } 名单的变更等待名单本身。
    .remedy = 请先导入该航班的名单（PNL）。
refusal-waits-for-part = { $flight } 名单的变更等待名单（PNL）的第 { $part } 部分。
    .remedy = 请先导入该部分。
refusal-waits-for-part-change = { $flight } 名单的变更等待同一变更报文的第 { $part } 部分。
    .remedy = 请先导入该部分。
refusal-waits-for-bag = 这里还不知道行李 { $tag }；报文等待通报该行李的 BSM。
    .remedy = 请先导入该行李的 BSM。
refusal-not-text = 报文不是文本：第 { $at } 字节无法读取。
    .remedy = 请发报方重发，或用更正后的文本重新处理。
refusal-not-written = 无法提交。
    .remedy = 请缩短输入的内容。
refusal-not-written-message = 报文无法转交。
    .remedy = 请用更正后的文本重新处理。
refusal-reason-missing = 作废报文需要原因，最多 200 字。
    .remedy = 请给出原因。
refusal-reject-not-here = 这里没有这份待查看的报文。
    .remedy = 请看列表：它可能已应用或作废。
refusal-nobody-comes = 本站没有已知旅客乘 { $flight } 到来。
    .remedy = 请核对航班和日期。旅客由旅客名单（PNL）或中心得知。
refusal-arrival-time = 没有给出时间。
    .remedy = 请给出到达本站的时间，例如 14:05。
refusal-carrier-not-of-way = 该报文涉及的航班不属于此接入通道所代表的承运人。
    .remedy = 请改用其他通道，或在配置中为此接入通道写明该承运人。
refusal-host-list-waited = 此主机名单没有写明生成时间，并已等候超过 20 小时。
    .remedy = 请在首行写明时间，再重新处理。
refusal-webhook-no-text = 请求正文的 data.text 中没有报文。
    .remedy = 请询问发送方应如何读取。
refusal-rejects-full = 保存的未应用报文已满。这份报文没有保存。
    .remedy = 请重新处理或作废已保存的报文，再重发本报文。
refusal-not-kept = 报文无法写入磁盘，没有保存。
    .remedy = 请清理本机空间或使用其他工作台，再重发。

## Refusals: photos

refusal-photos-full = 已有 { $limit } 张照片。
    .remedy = 请先移除一张，再添加。
refusal-record-not-known = 这里没有这件行李或这份记录。
    .remedy = 请从列表打开；其他工作台的记录在连通后会传来。
refusal-photo-too-large = 每张照片最大 2 MiB。
    .remedy = 请用较低的分辨率拍摄，或缩小后再发送。
refusal-photo-too-wide = 这张图片的像素太多。
    .remedy = 请用较低的分辨率拍摄：1600 像素已足够。
refusal-photo-not-known = 这不是可以显示的照片。
    .remedy = 请发送 JPEG、PNG 或 WebP 图片。
refusal-photo-not-here = 这张照片不在本机磁盘上。
    .remedy = 请先发送照片，再添加。
refusal-photos-no-room = 本机没有空间保存更多照片。
    .remedy = 请在其他工作台拍摄，并联系技术支持清理本机空间。
refusal-photos-unnamed = 已收到许多尚不属于任何记录的照片。
    .remedy = 请把照片添加到相应记录；不属于任何记录的照片一天后清除。
refusal-photo-not-saved = 照片无法写入磁盘。
    .remedy = 请在其他工作台拍摄，并联系技术支持。
refusal-photos-off = 本节点不保存照片。
    .remedy = 请在其他工作台拍摄。

## Refusals: fields and programs

refusal-text-too-long = “{ $field ->
        [badge] 胸卡
        [bag-colour] 行李颜色
        [bag-description] 行李描述
        [bag-type] 行李类型
        [choice] 选择
        [columns] 列对照表
        [contact] 联系方式
        [due] 时间
        [expect] 预览标记
        [gate] 登机口
        [infant] 婴儿
        [key] 键
        [list] 名单
        [message] 报文
        [name] 姓名
        [note] 备注
        [number] 号码
        [place] 地点
        [reason] 原因
        [scan] 扫描内容
        [secret] 密码
        [ticket] 票号
        [way] 通道
       *[other] { $field }
    }”有 { $length } 个字符。
    .remedy = 请缩短到 { $limit } 个字符。
refusal-text-missing = “{ $field ->
        [badge] 胸卡
        [bag-colour] 行李颜色
        [bag-description] 行李描述
        [bag-type] 行李类型
        [choice] 选择
        [columns] 列对照表
        [contact] 联系方式
        [due] 时间
        [expect] 预览标记
        [gate] 登机口
        [infant] 婴儿
        [key] 键
        [list] 名单
        [message] 报文
        [name] 姓名
        [note] 备注
        [number] 号码
        [place] 地点
        [reason] 原因
        [scan] 扫描内容
        [secret] 密码
        [ticket] 票号
        [way] 通道
       *[other] { $field }
    }”为空。
    .remedy = 请填写。
refusal-command-not-read = 无法读取命令：{ $error }
    .remedy = 请更正后再次提交。
refusal-staff-number = 工号不可用：{ $error }
    .remedy = 请在开始页面输入。
refusal-too-many-stations = 给出的航站多于实有的航站。
    .remedy = 请只给出本系统的航站。

## Refusals: paper

refusal-tag-count-out-of-range = { $count } 个空白行李牌号不是一张表。
    .remedy = 每次请留 1 至 100 个号码。
refusal-paper-empty = 没有选择纸面上的任何一行。
    .remedy = 请至少勾选一行。
refusal-paper-too-long = 录入的旅客和行李超过 500 项。
    .remedy = 请分几次录入。
refusal-paper-twice = 同一位旅客或同一行李牌在纸面上出现两次。
    .remedy = 每位旅客、每个行李牌请只写一次。
refusal-paper-time-ahead = 纸面上的时间 { $time } 还没有到。
    .remedy = 请给出纸面上的时间；最早可以是 20 小时以前。
refusal-paper-tag-of-another = 行李牌 { $tag } 在这里属于 { $guest }。
    .remedy = 请再核对纸面，去掉这件行李，并交给行李查询柜台。
refusal-paper-tag-of-another-gone = 行李牌 { $tag } 已从该航班取消。
    .remedy = 请再核对纸面，去掉这件行李，并交给行李查询柜台。

## Refusals: staff

refusal-staff-not-known = 工号 { $number } 不能在本工作台工作。
    .remedy = 请用自己的工牌或工号登录，或请主管担保。
refusal-staff-not-known-any-more = 您已不能在本工作台工作。
    .remedy = 请重新登录，或询问主管。
refusal-not-permitted = 您的角色不包括此项操作。
    .remedy = 请由有此权限的角色操作：{ $roles }。
refusal-other-carrier = { $flight } 是 { $carrier } 的航班，您为 { $carriers } 工作。
    .remedy = 请由该承运人的人员操作。
refusal-other-carrier-report = 此记录涉及 { $carrier } 的行李，您为 { $carriers } 工作。
    .remedy = 请由该承运人的人员操作。
refusal-staff-incomplete = 工号 { $number } 是新的。
    .remedy = 请给出姓名和至少一个角色。
refusal-admin-needed = 这样将没有人可以登记人员。
    .remedy = 请先给一人管理员角色。
refusal-badge-in-use = 此工牌属于工号 { $number }。
    .remedy = 请先从该人名下取消。
refusal-no-month = 今天的日期无效。
    .remedy = 请校准时钟。
refusal-desk-only = 在中心工作必须有工牌。
    .remedy = 请用工牌和密码登录。
refusal-staff-listed = 工号 { $number } 在人员名单上。
    .remedy = 请用密码或 PIN 登录，或申请新工牌。
refusal-access-open = 工号 { $number } 已可在这里工作。
    .remedy = 请用该工号继续。
refusal-glass-broken-too-often = 本班在本工作台已紧急进入 { $count } 次。
    .remedy = 请询问本工作台或其他工作台的主管。
refusal-too-many-ask = 等待答复的人过多。
    .remedy = 请主管先答复他们。
refusal-access-not-known = 这里不知道这项申请。
    .remedy = 请重新查看列表。
refusal-access-settled = 已有人答复。
    .remedy = 请重新查看列表。
refusal-own-access = 不能答复自己的申请。
    .remedy = 请询问主管。
refusal-password-not-taken = 密码未被接受。
    .remedy = 请给出 4 至 128 个字符。
refusal-allowed-not-read = “{ $found }”无法读取。
    .remedy = 全部请填 *，否则填写代码，以空格分隔。
refusal-desk-only-note = 交班留言只能留在工作台。
    .remedy = 请留在下一班的工作台。
refusal-note-not-known = 这里不知道这条留言。
    .remedy = 请重新查看列表。

## Refusals: this device

refusal-disk-full = 本机磁盘已满，未保存。
    .remedy = 请在其他工作台工作，并联系技术支持清理本机空间。
refusal-not-our-carrier = 本机没有处理该承运人的许可。
    .remedy = 请在已加入该承运人的工作台处理此航班。
refusal-too-large = 一次提交的内容过大。
    .remedy = 请减少一次提交的内容。
refusal-scope-closed = 该日的记录已关闭。
    .remedy = 不能再添加。未了事项请写入今天的案卷。
refusal-scope-too-large = 这些记录太多，不能一次关闭。
    .remedy = 记录没有问题，请保持打开。
refusal-scope-incomplete = 还有工作台的记录未到。
    .remedy = 请等待该工作台重新连通。
refusal-busy = 本机正忙。
    .remedy = 请再试一次。
refusal-not-saved = 无法保存。
    .remedy = 没有任何更改。请联系技术支持并告知此代码。
refusal-not-readable = 以前保存的内容无法读回。
    .remedy = 请联系技术支持；需要检查本机日志。

## Refusals: days and the hub

refusal-hub-only = 只有中心才能关闭记录。
    .remedy = 请在中心关闭。
refusal-only-at-the-hub = 中转旅客只由中心传给下一航站。
    .remedy = 这里无需处理：连通后由中心完成。
refusal-scope-stays-open-own = 系统自身的记录不关闭。
    .remedy = 请给出某航站的日期或月份。
refusal-scope-stays-open-not-over = { $scope } 尚未结束。
    .remedy = 请在该日或该月过后关闭。
refusal-scope-stays-open-reason = 关闭记录需要原因，最多 200 字。
    .remedy = 请给出原因。
refusal-scope-stays-open-reports = { $scope } 还有 { $count } 份未结的报告。
    .remedy = 请先逐份结案，或注明行李已交付。
refusal-scope-stays-open-lost = 丢失的工作台名称与这里所知的不符。
    .remedy = 请按列表中的名称逐个给出，例如 PVG C2。
refusal-scope-not-known = 这里没有 { $scope } 的记录。
    .remedy = 请查看记录范围列表。
refusal-scope-unconfirmed = { $desks } 可能还有 { $scope } 的记录。
    .remedy = 请重新连通后再试，或将其列为丢失；其后发来的将另行保存。

## What was done

done-check-in = { $guests } 位旅客{ $infants ->
        [0] {""}
       *[other] （携带 { $infants } 名婴儿）
    }已值机，{ $flight }。
done-change-seat = { $name } 现在座位 { $seat }。
done-add-bag = 行李 { $tag }，{ $weight_kg } 公斤，旅客 { $name } 的第 { $pieces } 件。
done-add-bag-rush = 速运行李 { $tag }，{ $weight_kg } 公斤，到 { $destination }。
done-add-guest = { $name } 已登记到 { $flight }，等候座位。
done-clear-guest = { $name } 已在 { $flight } 放行：座位 { $seat }，登机序号 { $sequence }。
done-clear-standby = { $name } 已在 { $flight } 放行：座位 { $seat }，登机序号 { $sequence }。
done-change-equipment = { $flight } 现有 { $seats } 个座位。
done-reseat = { $flight } 的 { $count } 位旅客已重新安排座位。
done-note-printed = 已打印 { $printed } 张新登机牌。
done-settle-excess = { $name }：{ $pieces ->
        [0] {""}
       *[other] { $pieces } 件
    }{ $kg ->
        [0] {""}
       *[other] { " " }{ $kg } 公斤
    } { $how ->
        [paid] 已付费，凭证 { $proof }
       *[waived] 免收
    }。
done-note-escort = 已记录 { $name } 的交接。
done-assist = { $name } 的 { $service }：{ $step ->
        [order] 已预订
        [assign] 已指派 { $who }
        [pick-up] 已接到
        [hand-over] 已交接
       *[cancel] 已取消
    }。
done-note-documents = 已记录 { $name } 的证件查验结果。
done-print = 第 { $issue } 次打印；之前打印的一律作废。
done-scan-bag = { $flight } 的行李 { $tag } { $point ->
        [accepted] 已收运
        [sorted] 已分拣
        [loaded] 已装机
        [transferred] 已中转
        [delivered] 已交付
       *[other] { $point }
    }。
done-tick-unloaded = 行李 { $tag } 已卸下。还有 { $left } 件待卸。
done-board = { $name } 请登机。
done-board-infant = 婴儿 { $infant } 随 { $with } 计入，后者已登机。
done-un-board = { $name } 已下机，值机保留。
done-offload = { $name } 已从 { $flight } 减客。
done-close-flight = { $flight } 已关闭，旅客 { $boarded } 位，婴儿 { $infants_boarded } 名。
done-divert-flight = { $flight } 备降 { $to }。
done-flight-returned = { $flight } { $after ->
        [air] 返航
       *[other] 推出后返回
    }，停在{ $place ->
        [ramp] 机坪
       *[other] 登机口
    }。
done-flight-continues = { $flight } 继续执行。
done-off-board = { $count ->
        [1] { $name } 已下机
       *[other] { $count } 位旅客已下机
    }，机上还有 { $left } 位。
done-move-bookings = { $count } 位旅客由 { $flight } 改至 { $to }。
done-reopen-flight = { $flight } 已重新打开。
done-take-back-check-in = 已撤销值机：{ $name }。座位和序号已释放，登机牌作废。
done-take-back-bag = 行李 { $tag } 已撤销收运，请取下行李牌。
done-take-back-scan = 行李 { $tag }（{ $flight }）的扫描已撤销：{ $point ->
        [accepted] 收运
        [sorted] 分拣
        [loaded] 装机
        [transferred] 中转
       *[delivered] 交付
    }。
todo-bag-left = 行李 { $tag } 仍在航班上：请一并撤销，或重新为旅客值机。
todo-bag-told = 行李 { $tag } 已由报文通报，仍按报文保留在航班上。
todo-off-again = { $name } 此前已被减客，现恢复为已减客。
refusal-is-aboard = { $name } 已登机。
    .remedy = 请先办理下机。
refusal-another-bag = 行李 { $tag } 不是所收的那一件。
    .remedy = 请再次查看行李。
refusal-bag-not-taken = 行李 { $tag } 未在这里收运。
    .remedy = 无需撤销。
refusal-bag-on-its-way = 行李 { $tag } 在途中已被扫描。
    .remedy = 请卸下并勾选确认；若为误扫，请先撤销该扫描。
refusal-scanned-elsewhere = 行李 { $tag } 是在 { $desk } 扫描的。
    .remedy = 请在该处撤销扫描。
refusal-not-scanned = 行李 { $tag } 未在该处扫描。
    .remedy = 无需撤销。
done-call-guests = { $flight }：已呼叫{ $whom ->
        [priority] 优先旅客
        [cabin] { $cabin } 舱旅客
        [rows] 第 { $from } 至 { $to } 排旅客
        [zone] { $zone } 区旅客
        [final] 全体旅客（最后一次）
        [names] 点名旅客
       *[other] 全体旅客
    }，{ $missing } 位未登机。
done-withdraw-call = { $flight } 的这次呼叫已撤回。
done-take-over = { $flight } 现由这里操作。
done-take-over-station = { $flights } 个航班现由这里操作。
done-begin-hand-back = { $flight } 正在交还。
done-call-off-hand-back = { $flight } 照常由这里操作。
done-hand-back = { $flight } 重新由离港主机操作。
done-settle-difference = 已处理：{ $name }。
done-import-host = { $flight }：主机名单 { $time }，{ $rows } 位旅客，变更 { $changed }。
done-import-host-known = { $flight }：{ $time } 的主机名单已在这里，没有更改。
done-set-flight = { $flight } 已设定。
done-note-arrival = { $how ->
        [cancelled] { $flight } 不会到达。
       *[other] { $flight } { $time } 到达。
    }
done-open-incident = 行李运输事故记录 { $reference } 已受理。编号在 { $station } 有效；查询系统稍后给出其编号。
done-amend-incident = { $count ->
        [0] 事故记录 { $reference } 没有更改。
       *[other] 事故记录 { $reference } 已更改 { $count } 项。
    }
done-trace-incident = { $step ->
        [confirm] { $reference } 与 { $other } 为同一件行李。
        [reject] { $reference } 与 { $other } 不是同一件行李。
        [request] { $reference }：已请求行李。
        [suspend] { $reference }：查询已中止。
        [deliver] { $reference }：行李已交付。
        [close] { $reference }：已结案。
       *[other] { $reference }：查询已恢复。
    }
done-add-photo = 照片已添加：{ $count } / { $limit }。
done-remove-photo = 照片已移除。
done-reserve-tags = 已为 { $flight } 的空白行李牌留出 { $count } 个号码，自 { $first } 起。
done-enter-paper = 已录入 { $time } 的纸面记录：旅客 { $boarded } 位，行李 { $bags } 件；{ $known } 项先前已知。
done-request-change = 已为 { $name } 记录：{ $what ->
        [change] 变更
        [rebooking] 改签
        [refund] 退票
        [upgrade] 升舱
       *[other] 新开客票
    }。通道恢复后发出。
done-say-out = 已为 { $flight } 拟稿 { $count } 份报文。
done-note-answers = 已记录 { $flight } 的 { $count } 项答复。
done-settle-message = { $how ->
        [replay] { $message_kind } 以原键值重新发送。
        [cancel] { $message_kind } 已取消。
       *[other] { $message_kind } 记为已收到。
    }
done-resolve-conflict = 已处理。
done-join-bookings = 合并了 { $joined } 个订座。
done-copy-connecting = { $flight } 的 { $copied } 位中转旅客已传给下一航站。
done-close-scope = { $scope } 已关闭。
done-set-staff = 工号 { $number } 已登记，各工作台都会收到。
done-open-access = { $way ->
        [asked] 已提出申请。本站任一工作台的主管都可以答复。
        [broken] 工号 { $number } 本班可在这里工作。中心事后查看。
       *[vouched] 工号 { $number } 本班可在这里工作。
    }
done-settle-access = 已答复。
done-leave-note = 下一班会在这里看到。
done-read-note = 已读。
done-import-names = { $flight }：{ $guests } 位旅客，新增 { $new }，变更 { $changed }。
done-import-known = { $flight } 的这份名单已在这里，没有更改。
done-import-changes = { $flight }：加入名单 { $new }，移出 { $taken_off }，变更 { $changed }，改名 { $renamed }。
done-import-bags = { $flight }：{ $bags } 件行李{ $told ->
        [announced] 已通报
        [changed] 已变更
       *[other] 已更新
    }。
done-import-movement = 已读取 { $flight } 的动态报。

## What is left to do

todo-not-promised = 收到答复之前请勿向旅客承诺。
todo-not-in-host = 交还之前，请勿在离港主机操作 { $flight }。
todo-none-in-host = 交还之前，请勿在离港主机操作这些航班。
todo-taken-before = 另有 { $count } 个航班先前已接管。
todo-read-host-list = 现在读入主机名单，并逐项处理差异。
todo-tell-desks = 请通知各工作台：这里不再作任何更改。
todo-left-open = { $count } 项差异未处理。请通知航空公司。
todo-host-rows = { $count } 行无法读取（第 { $lines } 行）。原文已保留；请更正后重新读入。
todo-accepted-unknown = 主机中有 { $count } 位旅客在这里未知。请在收到航空公司名单（PNL 或 ADL）后读入。
todo-host-unknown = 名单中有 { $count } 位旅客在这里未知。
todo-host-compared = 名单没有更改这里的记录：交还时进行比对。
todo-host-older = 这里已有更新的名单；这一份没有更改任何记录。
todo-ask-contact = 请询问电话或地址：否则无法联系旅客。
todo-paper-contradicts = { $count } 位旅客与其他工作台的记录不符。请在复核列表中处理。
todo-paper-not-checked-in = { $count } 位旅客在这里未值机。请确认有人办理。
todo-paper-after-closing = 航班已关闭：请通知配载，关闭数据不再有效。
todo-heavy-bag = { $kg } 公斤超过 { $limit } 公斤：请挂超重标签，或请旅客重新打包。
todo-rush-label = 行李牌 { $tag } 不是速运牌：请在行李上加挂速运标签。
todo-tag-elsewhere = 行李牌 { $tag } 也在 { $flight } 的行李上。请确认不是那一件。
todo-fallback-tag = { $tag } 是备用行李牌：没有相应报文。请告知分拣区航班和到达站。
todo-rush-tag = { $tag } 是速运牌，而旅客随机同行。请换新牌。
todo-through-tag = 行李牌联程到 { $to }：请写上后续航班。
todo-pool-head = { $name } 与 { $members } 合并行李：{ $bags }。请将成行旅客的行李转到其本人名下。
todo-pool-member = { $name } 的行李并入 { $head } 名下：{ $bags }。其中 { $own } 是 { $name } 的：请卸下。
todo-seat-when-cleared = 放行时才给座位。
todo-others-wait = 已有 { $count } 位旅客等候座位。
todo-standby-waits = 还有 { $count } 位候补旅客等候座位。请确认没有越过任何人。
todo-no-ticket = { $name } 在这里没有客票。请在登机前确认已出票。
todo-divert-open = 尚不清楚旅客如何由 { $airport } 继续旅行。请询问运行部门。
todo-divert-coach = 旅客由 { $airport } 乘大巴继续旅行。请告知接机人员。
todo-divert-continues = 飞机将由 { $airport } 继续飞行。请告知接机人员。
todo-divert-open-flight = { $flight } 在这里尚未关闭。请核对数字。
todo-returned-stop = 在有人确认 { $flight } 继续执行之前，登机暂停。
todo-returned-leave = { $count } 位旅客在机上。请扫描每位下机的旅客；留下旅客的行李须卸下。
todo-board-again = 请让下机的旅客重新登机，清点人数，再关闭 { $flight }。
todo-onward-guests = { $count } 位旅客还要转乘别的航班，名单见航班变更页面。
todo-off-board-bags = 除非旅客重新登机，{ $count } 件行李须卸下。
todo-moved-check-in = { $count } 位旅客持有 { $flight } 的登机牌。请重新值机。
todo-moved-reseat = { $count } 位旅客在 { $flight } 上须另选座位。
todo-moved-bags = { $count } 件行李须从 { $flight } 卸下，并换新行李牌。
todo-moved-new = { $flight } 是新航班：请设定登机口和时刻。
todo-moved-worked = { $flight } 将在这里操作，不在离港主机操作。
todo-moved-host = { $flight } 由离港主机操作：请在主机中也为旅客订座。
todo-moved-known = { $count } 位旅客已在 { $flight } 上：每位只保留一个订座。
todo-moved-destination = { $count } 位旅客的目的站 { $flight } 不到达。
todo-moved-onward = { $count } 位旅客还要转乘：请确认他们能够衔接。
todo-moved-pool = { $count } 位旅客的合并行李留在 { $flight }：请核对行李归属。
todo-reseat = { $count } 位旅客的座位不存在。请查看建议并重新安排。
todo-no-seat-free = 没有空座给 { $count } 位旅客。请询问值班主任。
todo-cabin-short = { $cabin } 舱现有 { $seats } 个座位，已订 { $booked } 个。请询问值班主任。
todo-tell-crew-seat = { $name } 已登机：请将座位 { $seat } 告知乘务组。
todo-print-passes = 请打印 { $count } 张新登机牌，并收回旧登机牌。
todo-print-pass = 新座位 { $seat }：请打印登机牌。
todo-seat-not-there = { $name } 的座位 { $seat } 在本机上不存在。请选择其他座位。
todo-send-list = 能联系到 { $to } 当局时，请发送名单。
todo-take-off = 请将 { $name } 连同行李减客。
todo-not-checked-in = 该旅客在这里未值机。请办理值机，或查看登机牌。
todo-no-destination = 名单没有该旅客的到达站。请写在行李牌上。
todo-unknown-bag = 这里原来不知道行李 { $tag }。请在 { $flight } 关闭前查明是谁的。
todo-loaded-again = 行李 { $tag } 曾被卸下，现又装机。
todo-no-seat-yet = { $count } 位旅客尚无座位。请在登机前给出座位。
todo-tell-crew = 旅客已登机：请通知乘务组。
todo-swap-pass = 请给旅客新登机牌，收回旧登机牌。
todo-seat-gone = { $name } 的座位 { $seat } 已给其他旅客。请选择其他座位。
todo-cabin-full = 按名单 { $cabin } 舱有 { $seats } 个座位，现需要 { $taken } 个。请询问值班主任。
todo-umnr = { $name } 是无成人陪伴儿童：请与乘务组签字交接。
todo-assistance = { $name }：{ $service ->
        [WCHR] 轮椅（到停机坪）
        [WCHS] 轮椅（不能上下客梯）
       *[WCHC] 轮椅（到客舱座位）
    }。请确认已安排协助。
todo-meda = { $name } 需要医疗许可：请确认已具备。
todo-unusual-seat = 座位 { $seat } 超出所知客舱的范围。请确认机上有此座位。
todo-left-behind = { $count } 位旅客已值机未登机，将留在本站。
todo-open-reviews = 该航班还有 { $count } 项冲突未处理。请处理后再核对数据。
todo-tell-load-control = 请通知配载：关闭数据不再有效。
todo-excess = 同行旅客逾重行李：{ $excess }。请处理。
todo-excess-open = 逾重行李尚未处理：{ $excess }。
todo-bags-off = 除非旅客再次登机，须卸下 { $count } 件行李。
todo-unload = 请卸下行李 { $tag } 并勾选。
todo-tag-of-another = 登机牌上的行李牌 { $tag } 在这里属于另一位旅客。请查明是谁的行李。
todo-seat-changed = 座位已变更：现为 { $held }，登机牌为 { $printed }。
todo-sequence-differs = 登机牌的登机序号为 { $printed }，这里为 { $held }。
todo-see-documents = 登机牌显示未值机，却有登机序号。请确认证件和行李已检查。
todo-no-day = 登机牌没有日期。请确认是 { $flight }。
todo-two-seats = 两个工作台给了该旅客不同的座位：{ $seats }。已列入冲突列表。
todo-seat-twice = 座位 { $seat } 也给了 { $guest }。已列入冲突列表：请将其中一位安排到其他座位。
todo-no-seat = 旅客没有座位。请在关舱门前给出座位。
todo-bag-unloaded = 该旅客的行李 { $tag } 已卸下。请通知装卸员，或告知旅客行李随后运到。
todo-sequence-twice = 登机序号 { $sequence } 也由 { $guest } 持有。已列入冲突列表；两人均计入。
todo-tell-seat = 请告知 { $name } 座位 { $seat } 并给新登机牌。
todo-new-pass = 请给 { $name } 登机序号为 { $sequence } 的新登机牌。
todo-see-record = 请核对旅客的记录是否一致：如不一致，请重新登机或减客。
todo-two-infants = 有旅客名下不止一名婴儿，只计一名。请与旅客核对。
todo-not-on-list = 这里已知的 { $count } 位旅客不在此名单上。在变更报文移出之前予以保留。
todo-stay-off = 变更报文已移出此名单的 { $count } 位旅客，不再恢复。
todo-table-line = 第 { $line } 行：{ $reason }
todo-total-differs = 名单中 { $dest }{ $class } 的总数为 { $says }，姓名共 { $named } 个座位。
todo-renamed = { $name } 现为 { $new }，曾以旧姓名值机。请核对证件。
todo-two-names = { $guest } 以两个姓名值机两次。请减客其中一个。
todo-off-list = { $guest } 已被移出名单但在这里已值机。请减客，或询问航空公司。
todo-unknown-off = 报文移出了这里名单上没有的 { $guests } 位旅客。请与航空公司的名单核对。
todo-next-part = 此变更报文的第 { $part } 部分尚未到达。到达后请导入。
todo-whose-bags = 不清楚 { $flight } 的 { $count } 件行李属于谁。请在柜台扫描。
todo-bag-of-another = 报文中行李 { $tag } 的旅客与工作台所记不同。以工作台为准；请查看行李。
todo-bag-taken-off = 报文拉下了行李 { $tag }，而它在这里的状态为 { $seen ->
        [accepted] 已收运
        [sorted] 已分拣
        [loaded] 已装机
        [transferred] 已中转
        [delivered] 已交付
       *[other] 已知
    }。请找到它，如不应运输请卸下。
todo-unload-loaded = 行李 { $tag } 已装机而旅客已减客。请卸下。

## Conflicts

conflict-seat-twice = { $flight } 的座位 { $seat } 同时给了 { $names }。
conflict-both-in-seat = 两位都显示在 { $seat }。
conflict-move = 为 { $name } 换座位。
conflict-both-keep-seat = 两位都保留 { $seat }。
conflict-propose-seat = { $first } 保留 { $seat }；{ $last } 改为 { $free }。请确认本机型有座位 { $free }。
conflict-propose-other-seat = { $first } 保留 { $seat }；为 { $last } 换座位。
conflict-sequence-twice = { $flight } 的登机序号 { $sequence } 同时由 { $names } 持有。
conflict-both-with-sequence = 两位都显示为 { $sequence }；各计一位。
conflict-renumber = 给 { $name } 新的登机序号。
conflict-both-keep-sequence = 两位都保留 { $sequence }；按姓名登机。
conflict-propose-renumber = { $name } 得到新序号和新登机牌；其间不拒绝任何旅客。
conflict-tag-on-flights = 行李牌 { $tag } 同时在 { $flights } 上。
conflict-both-bags = 两件行李都显示。
conflict-bag-side = { $flight }，{ $owner }
conflict-no-owner = 旅客不明
conflict-keep-tag = { $flight } 的行李保留此牌；另一件换新牌。
conflict-one-bag = 是同一件行李换了航班。
conflict-propose-tag = 请查看两件行李，给其中一件换新牌。
conflict-field = { $field ->
        [std] 计划时间
        [etd] 预计时间
        [gate] 登机口
        [map] 座位布局
        [seat] 座位
        [sequence] 登机序号
        [name] 姓名
        [destination] 到达站
        [cabin] 舱位
        [child] 是否儿童
        [infant] 婴儿
        [flags] 服务代码
        [seats] 座位数
        [ticket] 票号
        [priority] 候补次序
        [booking] 旅客
        [kg] 重量
        [contact] 联系方式
        [address] 永久地址
        [stay] 临时地址
        [flight] 航班
        [flight_date] 航班日期
        [look] 行李描述
        [colour] 颜色
        [type] 类型
        [brand] 品牌
        [marks] 标记
       *[other] { $field }
    }
conflict-field-of-bag = 第 { $bag } 件行李的{ $field }
conflict-match-twice = 事故记录 { $reference } 已与 { $names } 分别确认为同一件行李。
conflict-match-rejected = 一个工作台确认事故记录 { $reference } 与 { $names } 为同一件行李，另一个工作台已排除。
conflict-match-with = 与 { $reference } 为同一件行李。
conflict-match-none = 与它们都不是同一件行李。
conflict-match-shown = 处理之前不得交付行李。
conflict-propose-compare = 请比较行李：以行李牌、姓名和内物为准。
conflict-side-confirmed = 已确认 { $reference }
conflict-side-rejected = 已排除 { $reference }
conflict-field-is = { $field }为 { $value }。
conflict-field-held = { $field } { $value }
conflict-field-twice = { $about }：{ $field }有 { $values } 两种。
conflict-field-shown = 目前显示 { $value }。
conflict-propose-ask = 请询问两个工作台哪个正确。
conflict-unknown-guest = 这里不知道的旅客
conflict-yes = 是
conflict-no = 否
conflict-nothing = 无
conflict-boarded-twice = { $guest } 在 { $desks } 各登机一次。
conflict-one-guest = 只计一位旅客。
conflict-boarded-at = 在 { $desk } 登机
conflict-boarded-there = 旅客在 { $desk } 登机。
conflict-two-people = 两人使用了同一登机牌；已清点人数。
conflict-propose-boarding = 保留一次登机，并重新清点人数。
conflict-checked-in-twice = { $guest } 在 { $desks } 各值机一次。
conflict-check-in-shown = 目前显示{ $given }；只计一位旅客。
conflict-given = 座位 { $seat }，登机序号 { $sequence }
conflict-given-seat = 座位 { $seat }，无登机序号
conflict-given-sequence = 无座位，登机序号 { $sequence }
conflict-given-nothing = 无座位，无登机序号
conflict-keep-pass = 保留{ $given }；收回另一张登机牌。
conflict-propose-pass = 保留旅客手中登机牌的那一次。
conflict-offloaded-aboard = { $guest } 在 { $there } 登机，又在 { $desk } 被减客。
conflict-counted-aboard = 该旅客按已登机计。
conflict-side-boarded = 登机
conflict-side-offloaded = 减客
conflict-is-aboard = 旅客在机上。
conflict-is-off = 旅客已减客。
conflict-propose-cabin = 请到客舱核对。其间按已登机计。
conflict-moved-twice = { $guest } 被分别改至 { $flights }。
conflict-counted-on = 该旅客计在 { $flight }。
conflict-flies-with = 旅客乘坐 { $flight }。
conflict-stays = 旅客留在 { $flight }。
conflict-propose-flight = { $flight }，除非旅客另有说明。
conflict-moved-aboard = { $guest } 在 { $there } 登机，又在 { $desk } 被改至 { $flight }。
conflict-side-moved = 改至 { $flight }：{ $reason }
conflict-course-twice = { $flight }：{ $desks } 对航班所在说法不一。
conflict-propose-operations = 请询问运行部门飞机在哪里。
conflict-course-diverted = 备降 { $airport }
conflict-course-gate-push-back = 推出后返回登机口
conflict-course-gate-air = 返航，停在登机口
conflict-course-ramp-push-back = 推出后返回机坪
conflict-course-ramp-air = 返航，停在机坪
conflict-guest-aboard = { $guest }，已登机
conflict-guest-checked-in = { $guest }，已值机
conflict-about = { $what }
conflict-about-bag = 行李 { $tag }
conflict-about-report = 事故记录 { $reference }
conflict-about-gone = 一项已不存在的冲突
conflict-resolved-twice = { $what } { $who } 的处理方式不同。
conflict-both-settlings = 选定之前，两种处理都有效。
conflict-settled-seat = { $choice }，座位 { $seat }
conflict-as-settled = 按 { $by } 的处理：{ $how }
conflict-propose-agree = 请与另一工作台商定，保留一种。

## Baggage incident files and tracing

refusal-no-field-given = 没有给出任何项目。
    .remedy = 请至少给出一个项目及其内容。
refusal-field-not-known = 事故记录没有项目“{ $field }”。
    .remedy = 项目名称见接口说明。
refusal-field-not-read = “{ $typed }”不适合项目 { $field }。
    .remedy = 请更正，或留空。
refusal-case-not-known = 这里不知道该事故记录。
    .remedy = 请重新查看列表；可能尚待邻近工作台传来。
refusal-no-pair = 这两条记录不可能是同一件行李：必须一条为少收行李，一条为多收行李。
    .remedy = 请为少收行李选择一件多收行李，或反之。
refusal-pair-needed = 没有说明与哪条记录对应。
    .remedy = 请选择另一条记录。
refusal-match-disputed = 事故记录 { $reference } 与哪件行李对应尚未确定。
    .remedy = 请排除不符的，或在需处理列表中处理。
refusal-not-confirmed = 这两条记录尚未确认为同一件行李。
    .remedy = 请先比较并确认。
refusal-not-traced = 事故记录 { $reference } 的行李就在这里，不作查询。
    .remedy = 索赔处理完毕后请结案。
refusal-step-past = 事故记录 { $reference } 已到后面的步骤：{ $stage }。
    .remedy = 请从该步骤继续，或先恢复查询。
todo-see-the-bag = 交付前请核对两件行李：行李牌、姓名和内物。
todo-signature = 请旅客签字确认已收到行李。
todo-stage-open = 查询中
todo-stage-confirmed = 已确认
todo-stage-requested = 已请求
todo-stage-suspended = 查询已中止
todo-stage-delivered = 已交付
todo-stage-closed = 已结案

## Pages that stand for an answer that is not there

trouble-address-escaped = 这个地址含有转义字符。
    .remedy = 请按页面上的地址直接书写。
trouble-not-found = 这里没有这个页面。
    .remedy = 请返回航班页面，或再次扫描。
trouble-webhook-not-signed = 请求没有用此接收通道的密钥签名，或时间不符。
    .remedy = 请用此接收通道的密钥在当前时刻签名后重发。
trouble-not-here = { $what ->
        [flight] 这里没有这个航班。
        [guest] 这里没有这位旅客。
        [bag] 这里没有这件行李。
        [bag-tag] 这里没有这个行李牌。
        [report] 这里没有这份记录。
        [photo] 这里没有这张照片。
        [conflict] 这里没有这项冲突。
        [page] 这里没有这个页面。
       *[other] 这里没有。
    }
    .remedy = 请看航班页面。如果在其他工作台，连通后会自动传来。
trouble-photo-not-read = 照片没有完整传来。
    .remedy = 请重新发送：重复发送的照片只保存一次。
trouble-method-not-allowed = 这个地址不能这样使用。
    .remedy = 请返回航班页面，从那里开始。
trouble-at-the-desk = 此操作须在工作台本机进行，不能在其他设备上进行。
    .remedy = 请到工作台的屏幕前操作，或请在场的主管担保。
trouble-other-site = 这是从其他网站提交的，不是本机的屏幕。
    .remedy = 请打开本机的页面操作。
trouble-too-large = 提交的内容过大。
    .remedy = 请缩小后提交：名单最大 1 MiB，表单最大 64 KiB。
trouble-too-slow = 提交用时过长。
    .remedy = 请再次提交：重复按键只执行一次。
trouble-busy = 本机正忙，或正在停止。
    .remedy = 请稍后再次提交：重复按键只执行一次。
trouble-not-read = 提交的内容无法读取。
    .remedy = 请返回，检查各栏后再次提交。
trouble-broken = 本机出了故障，不是您的问题。
    .remedy = 请再试一次。如果再次出错，请使用邻近工作台，并将代码告知值班主任。
trouble-refused = 已被拒绝。
    .remedy = 请返回航班页面，从那里开始。
trouble-message-waits = 报文在等待前置内容。
    .remedy = 到时自动应用，这里无需处理。
trouble-key-used = 此键之前已用于另一条命令。
    .remedy = 请重新打开页面后提交。
trouble-no-printer = 本工作台没有这台打印机。
    .remedy = 请选择本工作台页面上列出的打印机。
trouble-other-paper = 这台打印机里装的是另一种纸。
    .remedy = 请选择装有此种纸的打印机；本工作台页面上有说明。
trouble-print-queue-full = 这台打印机等待的任务太多。
    .remedy = 请检查打印机，或使用其他打印机。
trouble-print-not-kept = 本工作台的磁盘没有接受该任务。
    .remedy = 请在其他工作台打印，并联系技术支持。
trouble-no-print-job = 这里没有这个打印任务。
    .remedy = 请查看本工作台页面上最近的任务。
trouble-print-too-late = 正在打印，或已经结束。
    .remedy = 请从打印机取出纸张并撕毁。
trouble-print-unprintable = 打印机的语言无法表示此内容。
    .remedy = 请使用其他打印机，或手写。
trouble-no-pass = { $name } 没有登机牌：未值机，或姓名无法打印。
    .remedy = 请在柜台办理值机，或手写登机牌。
trouble-no-barcode = 此登机牌无法生成条码。
    .remedy = 请手写登机牌；旅客按登机序号登机。
trouble-demo-silent = 演示没有应答。
    .remedy = 请看它是否仍在运行，再按一次。

## Differences from the host

settle-out = 未值机
settle-in = 已值机
settle-aboard = 已登机
settle-in-seat = 已值机，座位 { $seat }，登机序号 { $sequence }
settle-aboard-seat = 已登机，座位 { $seat }，登机序号 { $sequence }
settle-not-said = 不明
settle-not-on-list = 不在名单
settle-moved = 已转至 { $flight }
settle-unknown-here = 这里未知
settle-documents-seen = 已查验
settle-documents-not-seen = 未查验
settle-documents-refused = 未被接受
settle-bag-of = { $name } 的行李
settle-why-here = 发生在这里。
settle-why-elsewhere = 这里未作处理；由主机更改。
settle-why-booking = 订座和客票以主机为准。
settle-why-added = 旅客由这里登记，不在任何名单。
settle-why-bag = 哪些行李在这里收运，以 Apron 为准。
settle-why-closed = 航班由 Apron 关闭。
settle-why-moved = 旅客在这里转了航班。
settle-why-pass = 旅客持有这里打印的登机牌。
settle-why-two-passes = 旅客可能持有两张登机牌：这里一张，主机一张。
settle-propose-key = 请录入主机。
settle-propose-accept = 接受主机。
settle-propose-moved = 在主机撤下该旅客：旅客乘坐 { $flight }。
settle-propose-gone = 接受：主机已没有该订座。
settle-propose-add = 在主机补录旅客，含座位和行李。
settle-propose-check-in = 在主机办理值机，含座位和行李。
settle-propose-not-aboard = 在主机撤下该旅客：这里无人登机。
settle-propose-bag-owner = 在主机把行李转给该旅客。
settle-propose-bag = 在主机补录行李，或发送其 BSM。
settle-propose-bag-off = 在主机取下该行李。
settle-propose-bag-find = 请查找行李；若在这里则接受。
settle-propose-pass = 查看旅客手中的登机牌，以该座位为准。收回另一张。

refusal-second-proof = 此操作需要两种身份证明：工牌，以及密码或 PIN。
    .remedy = 请扫描工牌，或在顶部“二次验证”处输入工号和 PIN，然后再按一次。
