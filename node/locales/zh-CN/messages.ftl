### Messages that were not applied.

messages = 报文
messages-hint = 收到但未能在本节点应用的报文。没有丢失：应用或作废之前，每份都按原样保存。
messages-waits = 等待中
messages-not-applied = 未应用
messages-by-itself = 到时自动应用。
messages-text = 报文原文；如有帮助可在此更正
messages-replay = 重新处理
messages-discard = 作废
messages-look = 查看
messages-hand-in = 提交报文
messages-paste = PNL、ADL、BSM、BPM 或 MVT，按原样粘贴
messages-hand = 提交
messages-waiting = { $waiting } 份等待前置内容。
messages-rejected = { $rejected } 份未应用：需要人工查看。
messages-both = { $rejected } 份未应用：需要人工查看。{ $waiting } 份等待前置内容。
messages-nothing-saved = 无需保存。
messages-discarded = 已作废。
messages-applied = 已应用。
messages-kept = 已保存，到时自动应用。

# Where a message came in.
messages-door = { $door ->
        [command-line] 命令行
        [api] API
        [screen] 屏幕
        [folder] 文件夹
        [webhook] Webhook
       *[other] 来源不明
    }
messages-line = 第 { $line } 行
messages-came = { $time }，工号 { $staff }，{ $door }
    .alone = { $time }，{ $door }自动接收
messages-how-applied = 已应用
messages-how-discarded = 已作废

# 接收通道：监视的文件夹和 Webhook。
ways-in = 接收通道
way-in-last = 最近 { $time }。
way-in-never = 启动以来没有收到。
way-in-counts = 已应用 { $applied } 份，等待 { $waiting } 份，未应用 { $rejected } 份。
way-in-not-signed = 拒收 { $count } 次：签名不符或时间不符。请与发送方核对密钥和时钟。
way-in-folder = 无法读取该文件夹。请建立文件夹，并允许 Apron 读写。
way-in-file = 无法读取 { $file }。请允许 Apron 读取，或移走该文件。
way-in-not-moved = { $file } 已接收，但无法移走。请允许 Apron 写入该文件夹。
way-in-not-taken = { $file } 暂时无法接收，仍留在原处。请检查本机磁盘和未应用的报文。
way-in-rejected-full = rejected 中有许多别处没有保存的文件。请逐一查看并移走。
