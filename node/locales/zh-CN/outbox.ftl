### The outbox: what is said to others, and how far it has come.

outbox = 发件箱
outbox-hint = 本站发往外部的报文，按航班依次发送。每份报文只有一个键值：无论发送多少次，接收方只受理一次。
outbox-nothing = 没有待发报文。
outbox-waits = { $waiting } 份待发。
outbox-look = { $look } 份需要查看：被拒收，或已发出但未收到答复。{ $waiting } 份待发。
outbox-state-waiting = 待发
outbox-state-unknown = 已发出，答复未知
outbox-state-refused = 被拒收
outbox-state-cancelled = 已取消
outbox-state-sent = 已送达
outbox-flights = 按航班
outbox-flight = 航班
outbox-of = { $flight } 的报文，最新的在前
outbox-place = 序号
outbox-tries = 次数
outbox-part = { $kind }，第 { $part } 部分，共 { $parts } 部分
outbox-said = { $time } 拟稿，第 { $version } 版。
outbox-answer = { $has-note ->
        [yes] { $time }，{ $by }，{ $desk }：{ $note }
       *[no] { $time }，{ $by }，{ $desk }。
    }
outbox-tried = 本节点已尝试 { $count } 次，最近一次 { $time }。{ $note }
outbox-text = 报文正文（不含报头）
outbox-read = 查看正文
outbox-check = 立即再查
outbox-asked = 正在再次查询。
outbox-asked-words = 结果稍后显示在这里。
outbox-replay = 重新发送
outbox-arrived = 已收到
outbox-cancel = 取消
outbox-ways = 本节点的发送通道
outbox-no-way = 本节点不发送报文。由中心节点或配置了发送通道的工作台发送；这里的操作会自动传到那里。
outbox-open = 打开发件箱

# What guests ask the reservation system for.
request-head = 向航空公司提出申请
request-hint = 申请已保存，通道恢复后发出。收到答复之前请勿向旅客承诺。
request-guest = 旅客
request-what = 事项
request-what-change = 变更
request-what-rebooking = 改签
request-what-refund = 退票
request-what-upgrade = 升舱
request-what-new-ticket = 新开客票
request-wanted = 希望的航班
request-note = 说明
request-take = 记录
request-line = { $name }：{ $what }，{ $time }：{ $note }
request-answer = 答复：{ $note }

reason-cut-before-answer = 收到答复之前连接中断
reason-folder-not-written = 无法写入文件夹
reason-no-answer = 未及时答复
reason-connection-slow = 未能及时连接接收方
reason-tls-authority = 接收方证书的签发机构不受本节点信任：请在该通道的 ca_file 中指定其文件
reason-tls-certificate = 接收方的证书无法接受：须重新签发
reason-tls-name = 接收方的证书属于另一个名称：请更正地址，或请接收方为该名称申请证书
reason-tls-none = 接收方不支持 TLS 1.2 或 1.3：请检查地址和端口
reason-tls-refused-us = 接收方要求本方证书或拒绝本方：请其仅以签名验证，或在本机设置代理
reason-tls-time = 接收方的证书已过期或尚未生效：请其更新证书，并检查本设备的时钟
reason-no-connection = 无法连接接收方
reason-node-stops = 本节点正在停止
reason-not-for-http = 无法通过 HTTP 发送
reason-receiver-has-it = 接收方称已收到
reason-receiver-has-it-not = 接收方称没有收到
reason-receiver-not-asked = 无法询问接收方
