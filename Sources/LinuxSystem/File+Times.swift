import Glibc

extension File {
    /// When a file was last changed, its place included (`st_ctim`), in seconds since 1970; nil when there is none.
    public static func changeTime(_ path: String) -> Int? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        return status.st_ctim.tv_sec
    }

    /// When the machine was started, in seconds since 1970, by the present time of day.
    public static func bootTime() -> Int {
        var (now, sinceBoot) = (timespec(), timespec())
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        unsafe clock_gettime(CLOCK_BOOTTIME, &sinceBoot)
        return now.tv_sec - sinceBoot.tv_sec
    }
}
