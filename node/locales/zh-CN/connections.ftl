### 在本站转机的旅客，以及能否衔接。

connections = 中转衔接
connections-start = 谁在本站转机，谁可能误机
connections-counts = 有风险 { $risk } 人，错失 { $missed } 人，不明 { $unknown } 人，时间充裕或已登机 { $fine } 人
connections-all = 同时显示时间充裕的旅客
connections-every = 全部航班
connections-show = 显示
connections-none = 没有旅客有误机风险。
connections-pair = { $station } 来的 { $from } 转 { $here } 出发的 { $onward }
connections-arrival-unknown = 到达时间不明。
connections-leaves = { $time } 出发。
connections-leaves-unknown = 出发时间不明。
connections-needs = 最短衔接时间 { $minutes } 分钟。
connections-hold = { $flight } 等候 { $minutes } 分钟，有风险的旅客即可全部登机。请联系值班经理。
connections-col-stands = 衔接
connections-col-bags = 行李
connections-col-steps = 处理办法
connections-short = 差 { $minutes } 分钟
connections-spare = 余 { $minutes } 分钟
connections-bag = { $tag } 至 { $to }，本站未见
connections-bag-seen = { $tag } 至 { $to }，本站已见
connections-bag-ends = { $tag } 到本站为止
connections-asked = 已请求改签。
connections-step-for = { $step }：{ $name }

arriving-scheduled = 计划 { $time } 到达。
arriving-estimated = 预计 { $time } 到达。
arriving-actual = { $time } 已到达。
arriving-cancelled = 不会到达。

# 衔接情况。
holds-at-risk = 有风险
holds-missed = 错失衔接
holds-not-coming = 不会到来
holds-tight = 时间刚好
holds-unknown = 不明
holds-ok = 时间充裕
holds-made = 已登机

# 处理办法。
step-fast-track = 到机边迎接，走快速通道
step-hold = 请求 { $flight } 等候 { $minutes } 分钟
step-carry-bags = 将 { $count } 件行李机边直转
step-hand-in-again = 提取 { $count } 件行李后重新交运
step-short-ship = 后续补运 { $count } 件行李
step-rebook = 请求改签
step-take-off = 从 { $flight } 减下

# 进港航班何时到达。
connections-arrival = 进港航班到达时间
connections-inbound = 航班
connections-how = 依据
connections-at = 本站时间
connections-note = 记录
connections-not-time = “{ $typed }”不是时间，请写成 14:05。
how-scheduled = 计划
how-estimated = 预计
how-actual = 已到达
how-cancelled = 不会到达

# 登机口和值机柜台。
beside-connections = 中转旅客：未到 { $count } 人，有风险 { $risk } 人，错失 { $missed } 人
connection-note = { $from }：{ $arrives }{ $stands }。
connection-with-margin = { $holds }，{ $margin }
