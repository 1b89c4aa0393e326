### Photos of bags and reports.

photos-title = { $about } 的照片
photos-head = 照片
photos-count = { $count } / { $limit }
photos-none = 还没有照片。
photos-full = 已有 { $limit } 张照片。请先移除一张再添加。
photos-back = 返回行李查询柜台
photos-link = 照片

# What a reader hears in the place of the picture.
photo-alt = 照片 { $number }，工号 { $staff } 摄于 { $time }
photo-taken = { $staff } 于 { $time } 在 { $desk } 拍摄
photo-take = 拍照或选择照片
photo-hint = JPEG、PNG 或 WebP。保存前会自动缩小；未启用脚本时最大 2 MiB。

# Verbs, on buttons.
photo-add = 保存照片
photo-remove = 移除照片 { $number }
photo-remove-now = 移除
photo-why = 原因
photo-sending = 尚待保存的照片：

# In the place of a photo that is on another device only.
photo-coming = 正在传到本机：{ $percent } %
photo-no-link = 在另一台设备上，连通后会自动传来。
photo-waits = 在另一台设备上，会自动传来。
photo-no-room = 在另一台设备上。本机没有空间，请联系技术支持。
photo-failed = 未能完整传来，将重新获取；拍摄的工作台仍保存着原件。
