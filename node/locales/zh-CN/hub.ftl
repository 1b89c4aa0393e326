### The hub's own page, and the table of nodes.

hub-head = 各工作台及其状态
hub-nodes = 各节点
hub-refused = 启动以来被拒绝的连接
hub-refused-hint = 其他工作台未受影响。反复出现在这里的工作台需要检查：版本过旧、时钟不准，或有故障。
hub-days = 已过的日期
hub-days-hint = 当天写过记录的工作台都确认中心已收齐后，该日自动关闭。之后收到的记录保存在这里，不计入该日。
hub-demo = 拔掉网线
hub-demo-hint = 切断演示中的一条链路，两端继续工作；恢复后，看它们如何一致。
hub-link-cut = { $link }：已切断
hub-link-connected = { $link }：已连通
hub-restore = 恢复
hub-cut = 切断

node-over-tcp = UDP 不通，改用 TCP

nodes-none = 这里还不知道其他节点。

turned-busy = 连接数已满时到来，或接收过慢
turned-bad-frame = 发来的数据不是本系统的消息
turned-bad-signature = 发来的条目签名不成立
turned-not-allowed = 没有本系统的有效证书
turned-flood = 发送超出给定的数量
turned-bomb = 发来的消息展开后超出限制
turned-stall = 中途停止
turned-replay = 反复发送相同的条目
turned-scope = 索取或发送了证书不允许的记录
turned-version = 使用其他版本的协议；请升级到本版本
turned-protocol = 违反协议规则

node-up-to-date = 已同步
node-behind = 落后 { $count }
node-offline = { $time } 起离线
node-not-seen = 尚未出现

late-by = { $kind }，{ $staff }，{ $desk }，{ $day } { $time }

day-open = 未关闭
day-closed = { $day } 关闭
day-missing = 可能还有：{ $desks }。
day-more = 另有 { $count } 条
