internal import Glibc

/// A point in time, in UTC, as RFC 3339 text: `2026-11-21T09:30:00Z`.
public struct Timestamp: Hashable, Sendable, Comparable {
    /// Seconds since 1970-01-01T00:00:00Z.
    public let seconds: Int64
    /// Nanoseconds into that second.
    public let nanoseconds: Int32

    /// Makes a point in time of seconds since 1970 and the nanoseconds into them, which are kept within a second.
    public init(seconds: Int64, nanoseconds: Int32 = 0) {
        self.seconds = seconds
        self.nanoseconds = max(0, min(nanoseconds, 999_999_999))
    }

    /// The present, from the system's clock.
    public static func now() -> Timestamp {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int32(truncatingIfNeeded: time.tv_nsec))
    }

    /// Earlier sorts first.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    /// The point in time so much later; before for a negative duration.
    public func advanced(by duration: Duration) -> Timestamp {
        let (whole, attoseconds) = duration.components
        var nanoseconds = Int64(self.nanoseconds) + attoseconds / 1_000_000_000
        var seconds = self.seconds &+ whole
        if nanoseconds < 0 {
            nanoseconds += 1_000_000_000
            seconds &-= 1
        } else if nanoseconds >= 1_000_000_000 {
            nanoseconds -= 1_000_000_000
            seconds &+= 1
        }
        return Timestamp(seconds: seconds, nanoseconds: Int32(truncatingIfNeeded: nanoseconds))
    }

    /// How long after another point in time it is.
    public func duration(since earlier: Timestamp) -> Duration {
        .seconds(seconds &- earlier.seconds) + .nanoseconds(Int64(nanoseconds) - Int64(earlier.nanoseconds))
    }
}

extension Timestamp: CustomStringConvertible {
    /// With whole seconds, as most times of the API: `2026-11-21T09:30:00Z`.
    public var description: String { "\(dateAndTime)Z" }

    /// With microseconds, as `MicroTime` of the API: `2026-11-21T09:30:00.000000Z`.
    public var microsecondsDescription: String {
        "\(dateAndTime).\(Self.padded(Int64(nanoseconds / 1000), 6))Z"
    }

    private var dateAndTime: String {
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let second = seconds - days * 86_400
        let (year, month, day) = Self.date(days: days)
        let date = "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
        let time = [second / 3600, second / 60 % 60, second % 60].map { Self.padded($0, 2) }.joined(separator: ":")
        return "\(date)T\(time)"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// The date of a day counted from 1970-01-01, in the Gregorian calendar; years are counted from March, so that
    /// the leap day is the last.
    private static func date(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// The day counted from 1970-01-01 of a date.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension Timestamp {
    /// Reads RFC 3339 text, with `Z` or an offset, with or without a fraction.
    public init?(_ text: some StringProtocol) {
        var rest = text.utf8[...]
        guard let year = Self.number(&rest, 4), Self.take("-", &rest), let month = Self.number(&rest, 2),
            Self.take("-", &rest), let day = Self.number(&rest, 2), Self.take("T", &rest) || Self.take("t", &rest),
            let hour = Self.number(&rest, 2), Self.take(":", &rest), let minute = Self.number(&rest, 2),
            Self.take(":", &rest), let second = Self.number(&rest, 2),
            (1...12).contains(month), (1...Self.length(of: month, year)).contains(day),
            hour < 24, minute < 60, second <= 60,  // 60: a leap second
            let nanoseconds = Self.fraction(&rest), let offset = Self.offset(&rest), rest.isEmpty
        else { return nil }
        let days = Self.days(year: year, month: month, day: day)
        self.init(seconds: days * 86_400 + hour * 3600 + minute * 60 + second - offset, nanoseconds: nanoseconds)
    }

    private static func length(of month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func take<Bytes: Collection<UInt8>>(
        _ character: Unicode.Scalar,
        _ rest: inout Bytes
    ) -> Bool where Bytes.SubSequence == Bytes {
        guard rest.first == UInt8(truncatingIfNeeded: character.value) else { return false }
        rest = rest.dropFirst()
        return true
    }

    private static func number<Bytes: Collection<UInt8>>(
        _ rest: inout Bytes,
        _ width: Int
    ) -> Int64? where Bytes.SubSequence == Bytes {
        var value: Int64 = 0
        for _ in 0..<width {
            guard let byte = rest.first, (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - 0x30)
            rest = rest.dropFirst()
        }
        return value
    }

    private static func fraction<Bytes: Collection<UInt8>>(
        _ rest: inout Bytes
    ) -> Int32? where Bytes.SubSequence == Bytes {
        guard take(".", &rest) else { return 0 }
        var value: Int32 = 0
        var digits = 0
        while let byte = rest.first, (0x30...0x39).contains(byte) {
            if digits < 9 { value = value * 10 + Int32(byte - 0x30) }
            digits += 1
            rest = rest.dropFirst()
        }
        guard digits > 0 else { return nil }
        for _ in min(digits, 9)..<9 { value *= 10 }
        return value
    }

    /// The offset from UTC in seconds.
    private static func offset<Bytes: Collection<UInt8>>(
        _ rest: inout Bytes
    ) -> Int64? where Bytes.SubSequence == Bytes {
        if take("Z", &rest) || take("z", &rest) { return 0 }
        let isNegative = take("-", &rest)
        guard isNegative || take("+", &rest), let hours = number(&rest, 2), take(":", &rest),
            let minutes = number(&rest, 2), hours < 24, minutes < 60
        else { return nil }
        return (hours * 3600 + minutes * 60) * (isNegative ? -1 : 1)
    }
}
