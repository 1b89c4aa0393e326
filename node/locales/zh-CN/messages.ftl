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
       *[other] 来源不明
    }
messages-line = 第 { $line } 行
messages-came = { $time }，工号 { $staff }，{ $door }
messages-how-applied = 已应用
messages-how-discarded = 已作废
