// SPDX-License-Identifier: Apache-2.0

package judge

import (
	"bytes"
	"errors"
)

// LastField gives the content of the last length-delimited field of that number; nil if none.
func LastField(message []byte, number uint64) (content []byte, err error) {
	reader := bytes.NewReader(message)
	for reader.Len() > 0 {
		tag, err := readVarint(reader)
		if err != nil {
			return nil, err
		}
		size := uint64(0)
		switch tag & 7 {
		case 0:
			_, err = readVarint(reader)
		case 1:
			size = 8
		case 2:
			size, err = readVarint(reader)
		case 5:
			size = 4
		default:
			err = errors.New("a wire type that is not known here")
		}
		if err != nil || size > uint64(reader.Len()) {
			return nil, errors.New("a message that is cut")
		}
		skipped := make([]byte, size)
		_, _ = reader.Read(skipped)
		if tag>>3 == number && tag&7 == 2 {
			content = skipped
		}
	}
	return content, nil
}

func readVarint(reader *bytes.Reader) (value uint64, err error) {
	for shift := 0; shift < 70; shift += 7 {
		b, err := reader.ReadByte()
		if err != nil {
			return 0, err
		}
		value |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return value, nil
		}
	}
	return 0, errors.New("a varint that does not end")
}
