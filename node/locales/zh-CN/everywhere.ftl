### Words that stand on every page.

nav-skip = 跳到工作区
nav-sections = 栏目
nav-flights = 航班
nav-gate = 登机口
nav-counter = 值机柜台
nav-baggage = 行李
nav-desk = 本机
nav-hub = 中心
nav-conflicts = 冲突

staff-is = 工号 { $staff }
staff-change = 更换
staff-enter = 请输入工号

lost = 本屏幕连接不上本机。已输入的内容会保留；暂不受理新的扫描。正在自动重试。

foot-label = 本机记录保存在哪里
foot-desk = 本机：
foot-saved = 已存本机 { $count }
foot-station = 本站已收 { $have }/{ $of } 台
foot-desks = 各台已收 { $have }/{ $of } 台
foot-hub = 中心：{ $hub }
foot-hub-waiting = 中心：{ $hub }，待发送 { $count }
foot-review = 需处理 { $count }
foot-keys = 按键

keys-label = 本页按键
keys-head = 本页按键（按 Escape 关闭）

# Read to those who listen, behind "Saved here".
state-here-alone = ：只有本机存有

errors-head = 未保存。请更正后再次提交。

ask-seat = 新座位
ask-reason = 原因
ask-note = 补充说明（可不填）
ask-leave = 不做更改

col-flight = 航班
col-gate = 登机口

# Scheduled time of departure, as agents read it.
col-std = 计划起飞
col-status = 状态
col-boarded = 已登机
col-booked = 订座
col-checked-in = 已值机

# Checked in and not on board.
col-missing = 未到
col-work = 操作

not-set = 未定

read-only = 只读。

col-infants = 婴儿

everyone-aboard = 已值机旅客均已登机。

col-no = 编号

# Sequence number of the check-in, in a narrow column.
col-seq = 序号
col-seat = 座位
col-name = 姓名
col-locator = 记录编号

# Where the record is held.
col-where = 保存位置
col-do = 操作

# A time of day.
col-at = 时间
col-sequence = 登机序号

settled = 已处理

col-what = 事项
col-how = 方式
col-by = 工作人员
col-when = 时间
col-times = 次数
col-last-by = 最近一次来自
col-records = 记录
col-state = 状态
col-desks = 工作台
col-late = 迟到的记录
col-desk = 工作台
col-role = 角色
col-last-contact = 最近联系
col-version = 版本

# How many of our records that node does not have.
col-lacks = 缺本机记录
col-clock = 时钟差

bag-tag = 行李牌

col-reference = 编号
col-tag = 行李牌
col-opened = 建立时间

print = 打印

col-bag-tags = 行李牌

none = 无

col-guest = 旅客
col-weight = 重量
col-cabin = 舱位
col-adults = 成人
col-children = 儿童

all = 合计

col-bags-to = 行李到达站
col-pieces = 件数

state-here = 已存本机

messages-all-applied = 收到的报文均已应用。

col-message = 报文
col-why = 原因
col-date = 日期

state-station = 本站已收（{ $have }/{ $of } 台）

# The hub has confirmed it at this time.
state-hub = 已同步 { $time }
state-aside = 中心另存 { $time }
state-review = 需处理
state-here-means = 只有本机存有。连通邻近工作台或中心后会自动传出。
state-kept-means = 应用或作废之前，只有本机存有。
state-station-means = 本站其他工作台也已存有。会自动传到中心。
state-hub-means = 中心已确认。
state-aside-means = 它在中心关闭该日之后才到达，由中心保存待人工查看，不计入该日记录。
state-review-means = 两个工作台的操作彼此不相容，由人工决定。

all-stations = 所有航站

age-seconds = { $seconds } 秒前
age-minutes = { $minutes } 分钟前
age-at = { $time }

coming-not-listed = 尚不在本站名单上。

taken-over-by = 由工号 { $staff } 在 { $desk } 接管：{ $reason }

# Who works the flight: this system, whose name is Apron.
control-apron-since = Apron 自 { $time } 起
control-apron = Apron

# The airline's departure control system.
control-host = 离港主机

done-place = { $state }。{ $means }

hub-reached = { $age }已连通
hub-not-since = { $time } 起连接不上，请继续工作
hub-not-yet = 尚未连通，请继续工作

role-edge = 前端工作台
role-hub = 中心

route-from-to = { $from } 至 { $to }
route-from = 自 { $from }

flight-closed = 已关闭
flight-boarding = 登机中
flight-check-in = 值机中
flight-listed = 已有名单
flight-no-list = 尚无名单

coming-no-longer = 不再由 { $flight } { $station } 中转。
coming-from = 由 { $flight } { $station } 中转：{ $state }，{ $bags }。

inbound-listed = 在该站尚未值机
    .at = 在该站尚未值机
inbound-checked-in = 已值机
    .at = { $time } 已值机
inbound-boarded = 已登机
    .at = { $time } 已登机
inbound-offloaded = 已从该航班减客
    .at = { $time } 已从该航班减客
inbound-left-behind = 航班关闭时未登机
    .at = { $time } 航班关闭时未登机

bags-coming = { $count ->
        [0] 无行李
       *[other] { $count } 件行李
    }
bags-coming-end-here = { $count ->
        [0] 无行李
       *[other] { $count } 件行李
    }，只挂到 { $here }
bags-coming-some-end-here = { $count ->
        [0] 无行李
       *[other] { $count } 件行李
    }，其中 { $ended } 件只挂到 { $here }

flag-inf = 怀抱婴儿
    .named = 怀抱婴儿：{ $name }
flag-umnr = 无成人陪伴儿童
flag-wchr = 轮椅（到停机坪）
flag-wchs = 轮椅（不能上下客梯）
flag-wchc = 轮椅（到客舱座位）
flag-blnd = 盲人旅客
flag-deaf = 聋人旅客
flag-meda = 病患旅客
flag-stcr = 担架
flag-petc = 客舱宠物
flag-avih = 货舱活体动物
flag-exst = 占座
flag-chd = 儿童
flag-maas = 迎接和协助
flag-depu = 遣返旅客
flag-standby = 候补
flag-norec = 已订座，名单上没有
flag-goshow = 没有订座
flag-newpass = 座位已变：请打印登机牌
flag-pool = 行李并入 { $name }
flag-offlist = 该旅客值机后被变更报文移出名单：请减客，或询问航空公司
flag-other = 请看订座记录

size-bytes = { $count } 字节
size-kib = { $count } KiB
size-mib = { $count } MiB

departs-ago = { $minutes } 分钟前
departs-in = 还有 { $minutes } 分钟
departs-in-hours = 还有 { $hours } 小时 { $minutes } 分

reason-scanned-by-mistake = 误扫描
reason-left-aircraft = 旅客已下机
reason-seat-problem = 座位问题
reason-asked-by-crew = 机组要求
reason-host-silent = 离港主机无应答
reason-line-down = 到离港主机的线路中断
reason-asked-by-airline = 航空公司要求
reason-drill = 演练
reason-no-show = 未到登机口
reason-denied = 机组拒载
reason-documents = 证件问题
reason-own-wish = 旅客自愿
reason-no-seat = 没有座位
reason-not-here = 已呼叫，未到
reason-family = 同行旅客不分开
reason-counter = 柜台添加
reason-review = 在冲突清单中裁定
with-note = { $what }：{ $note }

choice-locator = { $words }，{ $locator }
choice-seat = { $words }，座位 { $seat }
choice-sequence = { $words }，登机序号 { $sequence }

flight-and-day = { $flight }，{ $day }

kilograms = { $kg } 公斤

standing-standby = 候补
standing-not-listed = 尚不在本名单上
standing-listed = 在名单上
standing-checked-in = 已值机
standing-aboard = 已登机
standing-offloaded = 已减客

# Where custody of a bag changes.
point-is = { $point ->
        [accepted] 已收运
        [sorted] 已分拣
        [loaded] 已装机
        [transferred] 已中转
        [delivered] 已交付
       *[other] { $point }
    }

owner-not-known = 物主不明

who-staff-desk = 工号 { $staff }，{ $desk }
who-desk = { $desk }
who-nobody = 操作人不明

never = 从未

seconds = { $seconds } 秒

stranger = 陌生节点

done = 完成。

# Between two sentences. "_" stands for a space.
labelled = { $label }：{ $text }
between-sentences = {""}

# The language's own name for itself, as it stands in the switch.
language-name = 简体中文
language-switch = 语言

# On the button beside the list of languages.
language-go = 切换

# A flight and its day: "CA1501 of 22 Nov".
flight-of-day = { $day } { $flight }

# Between the items of a list. "_" stands for a space.
list-comma = 、
